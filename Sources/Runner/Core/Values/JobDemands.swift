/// What a request asks of its job beside the arguments: never more than the entry's policy has.
package struct JobDemands: Hashable, Sendable {
  /// An environment variable of the job.
  package struct Variable: Hashable, Sendable {
    /// Name of the variable.
    package let name: String
    /// Value of the variable.
    package let value: String

    /// A variable; the policy of the entry is checked elsewhere.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Time limit of the run in seconds, from its launch; nil for that of the entry.
  package var timeout: UInt32?
  /// Seconds that the run may do nothing, in `stallAfterRange`; nil for those of the entry.
  package var stallAfterSeconds: UInt32?
  /// Resource limits by their names in the configuration: seconds for `cpu`, bytes for `memory`,
  /// `fileSize` and the like, counts for `processes` and `openFiles`.
  package var limits: [String: UInt64] = [:]
  /// Environment variables beside those of the entry; empty for none.
  package var environment: [Variable] = []

  /// Range of `stallAfterSeconds`: up to a week.
  package static let stallAfterRange: ClosedRange<UInt32> = 1...604_800

  /// Demands of a request that asks for nothing but its arguments.
  package init() {}
}
