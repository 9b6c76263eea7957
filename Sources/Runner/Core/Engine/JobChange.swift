/// One change among all jobs, as a dashboard is told of it.
package struct JobChange: Sendable {
  /// What changed.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The job is new, or its state is another one: the summary of its document.
    case job
    /// Its run has come further: `id` and `progress`.
    case progress
    /// It was forgotten: `id`.
    case gone
  }

  /// Counts up from 1 in one `JobChangeLog`.
  package let sequence: UInt64
  /// What changed, which says what `json` has.
  package let kind: Kind
  /// The job.
  package let id: JobID
  /// Who submitted it; nil where that is not known any more.
  package let owner: Principal?
  /// An object of JSON, without a line break.
  package let json: [UInt8]
}
