/// The steps of a launch, by the numbers that go over the wire.
///
/// Those below 32 are the child's (launch_plan.h, in the order of launch_child.c), those from 64 on
/// the sandbox's (sandbox_plan.h); the others are the launcher's own, before the clone.
package enum LaunchStep: UInt32, CaseIterable, Sendable {
  case clone = 1
  case join = 2
  case session = 3
  case descriptors = 4
  case namespaces = 5
  case workMount = 6
  case cgroupMount = 7
  case scheduling = 8
  case limits = 9
  case boundingSet = 10
  case ambientSet = 11
  case securebits = 12
  case groups = 13
  case gid = 14
  case uid = 15
  case capabilities = 16
  case verify = 17
  case keyring = 18
  case workFolder = 19
  case parent = 20
  case signals = 21
  case noNewPrivs = 22
  case landlock = 23
  case seccomp = 24
  case listener = 25
  case exec = 26

  case executable = 32
  case identity = 33
  case makeWorkFolder = 34
  case cgroup = 35
  case threads = 36
  case channel = 37
  case arguments = 38
  case tightening = 39
  case cancelled = 40
  case retired = 41

  case sandboxClone = 64
  case sandboxTie = 66
  case sandboxHostName = 67
  case sandboxLoopback = 68
  case sandboxScratch = 69
  case sandboxProc = 70
  case sandboxMemfd = 71
  case sandboxRuleset = 72
  case sandboxDrop = 73
  case sandboxFilter = 74
  case sandboxReport = 75
  case sandboxTree = 76
  case hostPath = 77

  /// Name of the step, as SECURITY.md and clients have it.
  package var name: String {
    switch self {
    case .boundingSet: "bounding-set"
    case .ambientSet: "ambient-set"
    case .workMount: "work-mount"
    case .cgroupMount: "cgroup-mount"
    case .workFolder: "work-folder"
    case .noNewPrivs: "no-new-privs"
    case .makeWorkFolder: "make-work-folder"
    case .sandboxClone: "cell-clone"
    case .sandboxTie: "cell-tie"
    case .sandboxHostName: "cell-host-name"
    case .sandboxLoopback: "cell-loopback"
    case .sandboxScratch: "cell-scratch"
    case .sandboxProc: "cell-proc"
    case .sandboxMemfd: "cell-memfd"
    case .sandboxRuleset: "cell-ruleset"
    case .sandboxDrop: "cell-drop"
    case .sandboxFilter: "cell-filter"
    case .sandboxReport: "cell-report"
    case .sandboxTree: "cell-tree"
    case .hostPath: "host-path"
    case .clone, .join, .session, .descriptors, .namespaces, .scheduling, .limits, .securebits,
      .groups, .gid, .uid, .capabilities, .verify, .keyring, .parent, .signals, .landlock,
      .seccomp, .listener, .exec, .executable, .identity, .cgroup, .threads, .channel,
      .arguments, .tightening, .cancelled, .retired:
      "\(self)"
    }
  }
}
