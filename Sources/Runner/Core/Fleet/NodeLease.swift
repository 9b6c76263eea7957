/// The lease of this node on its runs, as far as the node itself can know it.
///
/// Its end is reckoned from when the newest answered renewal was *sent*: the database made it later
/// than that. Times are microseconds of CLOCK_BOOTTIME, which goes on while the host is suspended;
/// clock_gettime(2). The wall clocks of this host and of the database have no part in it.
package struct NodeLease: Hashable, Sendable {
  /// What a node has to do about its runs, from one moment on.
  package enum Duty: Hashable, Sendable {
    /// The lease stands.
    case run
    /// To freeze each run that another node would start again: it may soon be taken over. Other
    /// runs go on: nothing starts them again, and their ends are refused if they come too late.
    case freeze
    /// To kill each run of that kind that is not seen frozen.
    case kill
    /// To kill all runs: they are another node's.
    case fenced
  }

  private let terms: LeaseTerms
  /// When the newest answered renewal was sent.
  package private(set) var sentAt: Int64
  /// Whether the database has refused this node: its runs were taken over.
  package private(set) var isFenced = false

  /// A lease whose first renewal was sent at `sentAt`, and is answered.
  package init(_ terms: LeaseTerms, sentAt: Int64) {
    self.terms = terms
    self.sentAt = sentAt
  }

  /// From when on the lease counts as lost here, until a renewal that is sent later is answered.
  package var deadline: Int64 { sentAt + terms.length - terms.margin }

  /// A renewal that was sent at `time` is answered. Frozen runs that it lists are thawed if the
  /// lease stands then (`duty`), not otherwise: the answer may be late.
  package mutating func renew(sentAt time: Int64) { sentAt = max(sentAt, time) }

  /// A renewal found that the node's number is not the newest of its name.
  package mutating func fence() { isFenced = true }

  /// What is to be done at `now`.
  package func duty(at now: Int64) -> Duty {
    if isFenced { return .fenced }
    if now < deadline { return .run }
    return now < deadline + terms.margin / 2 ? .freeze : .kill
  }
}
