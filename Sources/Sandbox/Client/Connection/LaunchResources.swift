/// What a launch uses: processor time up to now, and memory now.
package struct LaunchResources: Hashable, Sendable {
  /// Processor time of all its processes, in microseconds.
  package let processorMicroseconds: UInt64
  /// Memory in bytes: of its cgroup where the controller `memory` counts it, else what is resident
  /// of its processes, shared pages several times.
  package let memoryBytes: UInt64
}
