/// How the jobs of one whitelist entry are confined: all that the launcher has to know of it.
package struct EntryPolicy: Hashable, Sendable {
  /// The executable, exact and absolute; also argument 0 of its jobs.
  package var path: String
  /// The system calls that jobs may make, before `calls` changes them.
  package var profile: SyscallProfile = .standard
  /// What the entry changes in the calls of its profile.
  package var calls = SyscallOverrides()
  /// Limits of each process (setrlimit(2)).
  package var limits = ResourceLimits()
  /// Limits of each job as a whole (cgroup v2).
  package var cgroup = CgroupLimits()
  /// The signal that asks a job to end.
  package var stopSignal = StopSignal.terminate
  /// Seconds of wall clock after which a job is ended; at least 1.
  package var wallClockSeconds: UInt32 = 3600
  /// Milliseconds between `stopSignal` and KILL, 1000 to 3,600,000 from a configuration.
  package var graceMilliseconds: UInt32 = 5000
  /// Absolute paths that jobs see beside the system's folders, and may read and execute.
  package var readPaths: [String] = []
  /// Folders of /etc and /var/lib that belong to the program's package and to those that it depends
  /// on: jobs see and may read those that the host has.
  package var programFolders: [String] = []
  /// Absolute paths that jobs see and may write, as far as the files' own permissions let them.
  package var writePaths: [String] = []
  /// Whether a launch fails where a path of these is on the root file system: what was to be
  /// mounted there is not.
  package var requiresMounts = false
  /// Device nodes that jobs may open, beneath /dev.
  package var devices: [String] = []
  /// Files and links beneath /sys that jobs see beside those of every job: what the libraries of
  /// the devices read.
  package var kernelFiles: [KernelFile] = []
  /// Where those of `readPaths`, `writePaths` and `devices` lead that go through symbolic links:
  /// paths without links, found out at the start (`LinkedPath`).
  package var linkTargets: [String: String] = [:]
  /// The network that jobs may use; none by default.
  package var network = NetworkGrant.none
  /// The account that jobs run as; nil gives each job an id of its own.
  package var account: FixedIdentity?
  /// Supplementary groups of jobs (setgroups(2)), at most `groupsMax`; never root's.
  package var groups: [UInt32] = []
  /// The file mode creation mask of jobs (umask(2)).
  package var umask: UInt32 = 0o022
  /// Variables beside the standard ones.
  package var environment = EnvironmentRule()
  /// The private, writable folders of jobs.
  package var scratch = ScratchLimits()
  /// Niceness of jobs, 0 to 19, as nice(1) has it.
  package var niceness: UInt32 = 0
  /// Processors that jobs may run on; empty for all.
  package var processors: [UInt32] = []
  /// What arguments a request may give.
  package var arguments = ArgumentRules()
  /// How results of jobs appear under their names.
  package var results = ResultRules()
  /// Layers that are left out; each of them must be droppable.
  package var dropped: Set<Layer> = []
  /// Optional layers without which the service must not start.
  package var required: Set<Layer> = []
  /// Whether refused system calls are watched and named in the job. It costs a switch of processes
  /// for each refused call.
  package var diagnoses = false

  /// Supplementary groups that an entry can have, as LAUNCH_GROUPS_MAX of launch_plan.h.
  package static let groupsMax = 32

  /// Policy of an entry that sets nothing else.
  ///
  /// - Parameter path: the executable, exact and absolute.
  package init(path: String) {
    self.path = path
  }

  /// Where a path of policy is on the host: itself, or what it leads to.
  package func source(of path: String) -> String { linkTargets[path] ?? path }
}
