/// What a cgroup counted.
struct CgroupUsage: Hashable {
  var userMicroseconds: UInt64 = 0
  var systemMicroseconds: UInt64 = 0
  /// Nil where nobody counts memory.
  var peakMemoryBytes: UInt64?
  var outOfMemoryKills: UInt64 = 0
  var peakProcesses: UInt64?
}
