/// Resource usage that a cgroup counted.
struct CgroupUsage: Hashable {
  var userMicroseconds: UInt64 = 0
  var systemMicroseconds: UInt64 = 0
  /// Nil without the memory controller.
  var peakMemoryBytes: UInt64?
  var outOfMemoryKills: UInt64 = 0
  var peakProcesses: UInt64?
  /// How often a process or thread was refused at pids.max.
  var processLimitHits: UInt64 = 0
}
