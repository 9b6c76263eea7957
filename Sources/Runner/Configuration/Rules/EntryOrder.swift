package import RunnerCore

/// When jobs of an entry may start, and when they have stalled.
package struct EntryOrder: Hashable, Sendable {
  /// Pool whose slots they take; nil for none.
  package var pool: EntryPool?
  /// Hours in which they start; nil for all.
  package var windows: WindowSchedule?
  /// When a run without success is followed by another one; nil for never.
  package var retry: RetryPolicy?
  /// Seconds that a job may do nothing before it is ended; nil for any time.
  package var stallAfterSeconds: UInt32?
}
