internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase

/// Signals all processes of a uid, for hosts without cgroup v2.
enum Sweep {
  /// Whether any process of `uid` exists, zombies included.
  static func isLeft(_ uid: UInt32) throws(SystemCallFailure) -> Bool {
    try checked("getpriority", "uid \(uid)", linux_user_has_processes(uid)) == 1
  }

  /// Sends `signal` to every process of `uid`.
  static func signal(_ signal: CInt, uid: UInt32, sweeper: UInt32) throws(SystemCallFailure) {
    try checked("kill", "uid \(uid)", -launch_sweep(uid, sweeper, signal))
  }

  /// Kills every process of all jobs of `identities`, and waits up to 200 ms for their exit.
  ///
  /// One round of kills is enough: a process with a SIGKILL on its way cannot fork. What is still
  /// counted after the wait has ended and waits for its parent to look, or sleeps in the kernel
  /// where no signal reaches it; neither can do anything any more.
  static func endAll(of identities: IdentityRange) throws(SystemCallFailure) {
    var left: [UInt32] = []
    for index in 0..<identities.jobCount where try isLeft(identities.job(index)) {
      let uid = identities.job(index)
      try signal(SIGKILL, uid: uid, sweeper: identities.sweeper)
      left.append(uid)
    }
    for _ in 0..<100 {
      var still: [UInt32] = []
      for uid in left where try isLeft(uid) { still.append(uid) }
      left = still
      if left.isEmpty { return }
      usleep(2000)
    }
  }
}
