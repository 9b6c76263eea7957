/// Resource usage of a job.
package struct JobUsage: Hashable, Sendable {
  /// Time in user mode: of everything that the job started where it had a cgroup, else of its main
  /// process and the children that this waited for.
  package var userMicroseconds: UInt64 = 0
  /// Processor time in the kernel, of the same processes as `userMicroseconds`.
  package var systemMicroseconds: UInt64 = 0
  /// Microseconds of wall clock from the launch to the end of the main process.
  package var wallMicroseconds: UInt64 = 0
  /// Peak of memory: of the job as a whole where its cgroup counts it, else of its largest process.
  package var peakMemoryBytes: UInt64 = 0
  /// Peak of processes and threads; 0 where it was not counted.
  package var peakProcesses: UInt64 = 0
  /// Whether `peakMemoryBytes` and `peakProcesses` are those of the job's cgroup.
  package var isOfCgroup = false

  /// Usage of nothing.
  package init() {}
}
