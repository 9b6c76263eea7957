package import SandboxBase

/// What the launcher holds about one kind of request: when one may come, how large it may be, what
/// comes with it, and what serves it.
package struct RequestRow: Sendable {
  /// How far the conversation has come.
  package enum Phase: CaseIterable, Hashable, Sendable {
    /// Nothing was received yet.
    case start
    /// The policy was received.
    case policy
    /// At least one entry was received.
    case entries
    /// The table is sealed; it stays so.
    case sealed
  }

  /// What serves the request. Before the seal there is no launcher yet.
  enum Handler: Sendable {
    case setup(@Sendable (inout LauncherSetup, Request) throws -> Void)
    case launcher(@Sendable (Launcher, Request, JobDescriptors) throws -> Void)
  }

  /// The kind, of which this is the only row.
  package let kind: Request.Kind
  /// The phases in which it may come; in all others it ends the launcher.
  package let phases: Set<Phase>
  /// The phase after it.
  package let next: Phase
  /// Bytes of the message at most, its kind included.
  package let bytesMax: Int
  /// How many descriptors may come with it.
  package let descriptorCounts: ClosedRange<Int>
  let handler: Handler
}
