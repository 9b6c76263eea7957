internal import Synchronization

/// Resource accounting of one run: usage and refused system calls. The launcher adapter records it
/// once, before the end of the run.
package final class JobAccounting: Sendable {
  /// Times in microseconds, memory in bytes.
  package struct ResourceUsage: Hashable, Sendable {
    /// CPU time in user mode, in microseconds.
    package var user: UInt64
    /// CPU time in kernel mode, in microseconds.
    package var system: UInt64
    /// Elapsed time of the run, in microseconds.
    package var wall: UInt64
    /// Highest memory usage, in bytes.
    package var peakMemory: UInt64
    /// Highest number of processes at one time; nil where it was not measured.
    package var peakProcesses: UInt64?
    /// Whether `peakMemory` is of all processes of the job together; else of the largest one.
    package var isOfWholeJob: Bool

    /// Usage of one run: times in microseconds, memory in bytes.
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
    /// Name of the call, or its number where it has none.
    package let call: String
    /// The name of the error that the job got; nil where it was ended for the call.
    package let error: String?
    /// How often the call was refused.
    package let count: UInt32

    /// A refused call and its count; a nil `error` means that the job was ended for it.
    package init(call: String, error: String?, count: UInt32) {
      self.call = call
      self.error = error
      self.count = count
    }
  }

  /// Usage and refused system calls of one run, as far as recorded.
  package struct Record: Hashable, Sendable {
    /// Resource usage; nil where none was recorded, as before the end of the run.
    package var usage: ResourceUsage?
    /// Refused system calls; empty where there were none.
    package var refusals: [Refusal] = []
    /// Limits that the job met, by their keys in the configuration file.
    package var limitsMet: [String] = []
    /// Whether it was killed when its grace was over: what it wrote is probably unfinished.
    package var isUnfinished = false
    /// The last state of its progress, an object of JSON; empty where none was read.
    package var progressJSON: [UInt8] = []
    /// Whether it exited with 0 and made less than nine tenths of the output that was to come.
    package var isShort = false
    /// Files that are kept of it, by name.
    package var files: [JobFile] = []
    /// What became of its results; empty where its request names none.
    package var results: [ResultRecord] = []
    /// Whether it succeeded by what its entry says of that; nil where the entry says nothing.
    package var hasSucceeded: Bool?
    /// When its last process had ended, where the launcher says so. Not kept: it is the job's
    /// `finishedAt`.
    package var endedAt: Timestamp?

    /// An empty record.
    package init() {}
  }

  private let state = Mutex(Record())

  /// An accounting with an empty record.
  package init() {}

  /// Records the end of a run; replaces what was recorded before.
  package func record(_ record: Record) {
    state.withLock { $0 = record }
  }

  /// The record at this moment; empty before the end of the run.
  package var recorded: Record { state.withLock { $0 } }
}
