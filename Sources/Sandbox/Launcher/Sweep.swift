internal import CLaunch
internal import CLinux
internal import Glibc

/// Ends processes by their uid: what holds where there is no cgroup v2.
enum Sweep {
  /// - Returns: false when no process of `uid` is left.
  static func signal(_ signal: CInt, uid: UInt32, sweeper: UInt32) throws(SystemCallFailure)
    -> Bool
  {
    let answer = launch_sweep(uid, sweeper, signal)
    if answer == ESRCH { return false }
    try checked("kill", "uid \(uid)", -answer)
    return true
  }

  /// Kills until nothing of `uid` is left, for at most a second.
  static func endAll(of uid: UInt32, sweeper: UInt32) {
    for _ in 0..<500 {
      let answer = launch_sweep(uid, sweeper, SIGKILL)
      if answer == ESRCH { return }
      if answer != 0 {
        OperatorLog.error("processes of uid \(uid) could not be ended: \(ErrorCode.name(answer))")
        return
      }
      usleep(2000)  // The killed ones still have to leave the table.
    }
    OperatorLog.error("processes of uid \(uid) did not end")
  }
}
