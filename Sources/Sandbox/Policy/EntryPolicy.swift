/// How the jobs of one whitelist entry are confined: all that the launcher has to know of it.
package struct EntryPolicy: Hashable, Sendable {
  /// The executable, exact and absolute; also argument 0 of its jobs.
  package var path: String
  package var profile: SyscallProfile = .standard
  package var calls = SyscallOverrides()
  package var limits = ResourceLimits()
  package var cgroup = CgroupLimits()
  /// Seconds of wall clock after which a job is ended; at least 1.
  package var wallClockSeconds: UInt32 = 3600
  /// Milliseconds between TERM and KILL.
  package var graceMilliseconds: UInt32 = 5000
  /// Absolute paths that jobs see beside the system's folders, and may read and execute.
  package var readPaths: [String] = []
  /// Absolute paths that jobs see and may write, as far as the files' own permissions let them.
  package var writePaths: [String] = []
  /// Whether a launch fails where a path of these is on the root file system: what was to be
  /// mounted there is not.
  package var requiresMounts = false
  /// Device nodes that jobs may open, beneath /dev.
  package var devices: [String] = []
  package var network = NetworkGrant.none
  /// Set when jobs run as a named account instead of an id of their own.
  package var account: FixedIdentity?
  package var environment = EnvironmentRule()
  package var scratch = ScratchLimits()
  /// 0 to 19, as nice(1) has it.
  package var niceness: UInt32 = 0
  /// Processors that jobs may run on; empty for all.
  package var processors: [UInt32] = []
  package var arguments = ArgumentRules()
  /// Layers that are left out, each droppable.
  package var dropped: Set<Layer> = []
  /// Optional layers without which the service must not start.
  package var required: Set<Layer> = []
  /// Whether refused system calls are watched and named in the job. It costs a switch of processes
  /// for each refused call.
  package var diagnoses = false

  package init(path: String) {
    self.path = path
  }
}
