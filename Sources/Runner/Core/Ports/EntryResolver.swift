/// The port to the whitelist: resolves a request to an entry, and checks it against the policy of
/// the entry.
package protocol EntryResolver: Sendable {
  /// The index of the entry.
  ///
  /// - Throws: `JobRefusal.notWhitelisted`, or `field` for arguments and demands that the policy of
  ///   the entry does not allow.
  func entry(for request: JobRequest) throws(JobRefusal) -> Int
}

/// A whitelist of exact strings, with any arguments and no demands.
package struct ExactWhitelist: EntryResolver {
  private let entries: [String: Int]

  /// A whitelist of `commands`. The index of an entry is the position of the first equal command.
  package init(_ commands: [String]) {
    entries = Dictionary(
      commands.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    guard let entry = entries[request.command] else { throw .notWhitelisted }
    return entry
  }
}
