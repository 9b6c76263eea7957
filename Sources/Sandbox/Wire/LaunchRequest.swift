/// One launch, as it is asked for: a number from the sealed table and arguments, and nothing that
/// could name a path, an identity or a weaker policy.
struct LaunchRequest: Hashable, Sendable {
  /// The asker's name for the launch; unique while it lives.
  let number: UInt64
  let entry: UInt32
  let arguments: ArgumentList
}
