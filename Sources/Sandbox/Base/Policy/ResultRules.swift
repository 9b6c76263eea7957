/// How the results of an entry's jobs (`{output:write}`) appear under their names.
package struct ResultRules: Hashable, Sendable {
  /// What becomes of a target that exists; the numbers are those of the wire.
  package enum ExistingRule: UInt32, CaseIterable, Sendable {
    /// The job fails: before its program runs, or where the target appeared meanwhile, at its end.
    case refuse = 0
    /// The result takes its place, in one step.
    case replace = 1
    /// It stays, and the result is not kept.
    case keep = 2
  }

  /// What becomes of a target that exists; refused by default.
  package var existing = ExistingRule.refuse
  /// Permissions that a result gets, at most 0o777; nil leaves those that the program gave it.
  package var mode: UInt32?
  /// Group that a result gets, one of the job's own; nil leaves it.
  package var group: UInt32?

  /// Rules of an entry that sets none.
  package init() {}
}
