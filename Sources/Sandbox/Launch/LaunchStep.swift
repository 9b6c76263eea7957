/// The steps of a launch, by the numbers that go over the wire.
///
/// Those below 32 are the child's (launch_plan.h, in the order of launch_child.c); the others are
/// the launcher's own, before the clone.
package enum LaunchStep: UInt32, CaseIterable, Sendable {
  case clone = 1
  case session = 2
  case descriptors = 3
  case limits = 4
  case boundingSet = 5
  case ambientSet = 6
  case securebits = 7
  case groups = 8
  case gid = 9
  case uid = 10
  case capabilities = 11
  case verify = 12
  case workFolder = 13
  case parent = 14
  case signals = 15
  case noNewPrivs = 16
  case seccomp = 17
  case exec = 18

  case executable = 32
  case identity = 33
  case makeWorkFolder = 34
  case cgroup = 35
  case threads = 36
  case channel = 37

  /// As SECURITY.md and clients have it.
  package var name: String {
    switch self {
    case .clone: "clone"
    case .session: "session"
    case .descriptors: "descriptors"
    case .limits: "limits"
    case .boundingSet: "bounding-set"
    case .ambientSet: "ambient-set"
    case .securebits: "securebits"
    case .groups: "groups"
    case .gid: "gid"
    case .uid: "uid"
    case .capabilities: "capabilities"
    case .verify: "verify"
    case .workFolder: "work-folder"
    case .parent: "parent"
    case .signals: "signals"
    case .noNewPrivs: "no-new-privs"
    case .seccomp: "seccomp"
    case .exec: "exec"
    case .executable: "executable"
    case .identity: "identity"
    case .makeWorkFolder: "make-work-folder"
    case .cgroup: "cgroup"
    case .threads: "threads"
    case .channel: "channel"
    }
  }
}
