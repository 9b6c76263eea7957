/// The steps of a launch, by the numbers that go over the wire.
///
/// Those below 32 are the child's (launch_plan.h, in the order of launch_child.c), those from 64 on
/// the cell's (cell_plan.h); the others are the launcher's own, before the clone.
package enum LaunchStep: UInt32, CaseIterable, Sendable {
  case clone = 1
  case join = 2
  case session = 3
  case descriptors = 4
  case namespaces = 5
  case workMount = 6
  case scheduling = 7
  case limits = 8
  case boundingSet = 9
  case ambientSet = 10
  case securebits = 11
  case groups = 12
  case gid = 13
  case uid = 14
  case capabilities = 15
  case verify = 16
  case keyring = 17
  case workFolder = 18
  case parent = 19
  case signals = 20
  case noNewPrivs = 21
  case landlock = 22
  case seccomp = 23
  case listener = 24
  case exec = 25

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

  case cellClone = 64
  case cellTie = 66
  case cellHostName = 67
  case cellLoopback = 68
  case cellScratch = 69
  case cellProc = 70
  case cellMemfd = 71
  case cellRuleset = 72
  case cellDrop = 73
  case cellFilter = 74
  case cellReport = 75
  case cellTree = 76

  /// As SECURITY.md and clients have it.
  package var name: String {
    switch self {
    case .boundingSet: "bounding-set"
    case .ambientSet: "ambient-set"
    case .workMount: "work-mount"
    case .workFolder: "work-folder"
    case .noNewPrivs: "no-new-privs"
    case .makeWorkFolder: "make-work-folder"
    case .cellClone: "cell-clone"
    case .cellTie: "cell-tie"
    case .cellHostName: "cell-host-name"
    case .cellLoopback: "cell-loopback"
    case .cellScratch: "cell-scratch"
    case .cellProc: "cell-proc"
    case .cellMemfd: "cell-memfd"
    case .cellRuleset: "cell-ruleset"
    case .cellDrop: "cell-drop"
    case .cellFilter: "cell-filter"
    case .cellReport: "cell-report"
    case .cellTree: "cell-tree"
    case .clone, .join, .session, .descriptors, .namespaces, .scheduling, .limits, .securebits,
      .groups, .gid, .uid, .capabilities, .verify, .keyring, .parent, .signals, .landlock,
      .seccomp, .listener, .exec, .executable, .identity, .cgroup, .threads, .channel,
      .arguments, .tightening, .cancelled, .retired:
      "\(self)"
    }
  }
}
