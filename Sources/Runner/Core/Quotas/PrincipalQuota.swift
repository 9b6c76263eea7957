/// What one principal may use of the service; a member without a bound is bounded by the service
/// alone.
package struct PrincipalQuota: Hashable, Sendable {
  /// What is bounded, by its name in token files, in the configuration and in answers.
  package enum Member: String, Hashable, Sendable, CaseIterable {
    /// Jobs that run at one time; further ones wait.
    case running
    /// Jobs that wait at one time; a further one is refused.
    case queued
    /// Bytes of output of ended jobs that are kept; once they are, further jobs are refused.
    case kept
    /// Jobs that are taken within a minute; a further one is refused.
    case submissions

    /// The bounds that can be given: jobs, or bytes for `kept`.
    package var range: ClosedRange<Int> {
      switch self {
      case .running: 1...4096
      case .queued: 0...1_000_000
      case .kept: 1 << 20...1 << 50
      case .submissions: 1...1_000_000
      }
    }
  }

  /// Empty in the grants of most principals, so that it takes no memory there.
  private var bounds: [Member: Int]

  /// No bound but those of the service.
  package static let unlimited = PrincipalQuota()

  /// A quota of these bounds, each in the range of its member.
  package init(_ bounds: [Member: Int] = [:]) {
    self.bounds = bounds
  }

  /// The bound of a member; nil for none.
  package subscript(member: Member) -> Int? {
    get { bounds[member] }
    set { bounds[member] = newValue }
  }

  /// The members that have a bound, in the order of `Member`.
  package var members: [(member: Member, bound: Int)] {
    bounds.isEmpty
      ? [] : Member.allCases.compactMap { member in bounds[member].map { (member, $0) } }
  }
}
