/// What became of one result of a job, as its document tells.
package struct ResultRecord: Hashable, Sendable {
  /// The kind of outcome as one word for clients.
  package enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// It has its name, whole.
    case published
    /// The target existed, and stayed.
    case kept
    /// The target existed, and policy refuses that; the result is gone.
    case refused
    /// The job did not succeed: what it wrote is gone.
    case discarded
    /// The job did not succeed: what it wrote is left under `partialPath`.
    case partial
    /// The job wrote no file of that name.
    case missing
    /// It could not be given its name, or be removed: `message` says why.
    case failed
  }

  /// The target.
  package let path: String
  /// What became of it.
  package var outcome: Outcome
  /// Size in bytes; nil where it was not published.
  package var bytes: UInt64?
  /// One sentence of what an operator may want to know; empty for none.
  package var message = ""
  /// Where an unfinished file is; nil where there is none.
  package var partialPath: String?

  /// A record without a size.
  package init(path: String, _ outcome: Outcome, message: String = "") {
    self.path = path
    self.outcome = outcome
    self.message = message
  }
}
