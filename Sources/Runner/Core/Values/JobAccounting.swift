internal import Synchronization

/// Resource accounting of one run: usage and refused system calls. The launcher adapter records it
/// once, before the end of the run.
package final class JobAccounting: Sendable {
  /// Times in microseconds, memory in bytes.
  package struct ResourceUsage: Hashable, Sendable {
    package var user: UInt64
    package var system: UInt64
    package var wall: UInt64
    package var peakMemory: UInt64
    /// Nil where it was not measured.
    package var peakProcesses: UInt64?
    /// Whether the two above are of the job as a whole; else of its largest process.
    package var isOfWholeJob: Bool

    package init(
      user: UInt64, system: UInt64, wall: UInt64, peakMemory: UInt64, peakProcesses: UInt64?,
      isOfWholeJob: Bool
    ) {
      self.user = user
      self.system = system
      self.wall = wall
      self.peakMemory = peakMemory
      self.peakProcesses = peakProcesses
      self.isOfWholeJob = isOfWholeJob
    }
  }

  /// A system call that was refused.
  package struct Refusal: Hashable, Sendable {
    /// Its name, or its number where it has none.
    package let call: String
    /// The name of the error that the job got; nil where it was ended for the call.
    package let error: String?
    package let count: UInt32

    package init(call: String, error: String?, count: UInt32) {
      self.call = call
      self.error = error
      self.count = count
    }
  }

  package struct Record: Hashable, Sendable {
    package var usage: ResourceUsage?
    package var refusals: [Refusal] = []
    /// Limits that the job met, by their keys in the configuration file.
    package var limitsMet: [String] = []
    /// Whether it was killed when its grace was over: what it wrote is probably unfinished.
    package var isUnfinished = false
    /// When its last process had ended, where the launcher says so. Not kept: it is the job's
    /// `finishedAt`.
    package var endedAt: Timestamp?

    package init() {}
  }

  private let state = Mutex(Record())

  package init() {}

  package func record(_ record: Record) {
    state.withLock { $0 = record }
  }

  package var recorded: Record { state.withLock { $0 } }
}
