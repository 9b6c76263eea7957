internal import CLaunch
internal import CLinux
internal import Glibc

/// The keeper as the launcher sees it: a bell to ring and a process to wait for.
struct KeeperProcess: ~Copyable {
  let pid: Int32
  private let channel: Channel
  private let charge: Keeper.Charge

  init(_ charge: Keeper.Charge) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(ofProcess: "/proc/self/exe")
    self.pid = try program.start(
      channel: pair.theirs, arguments: ["http-runner-launcher", "keep"] + charge.arguments)
    self.charge = charge
    self.channel = pair.keepOurs()
  }

  /// Becomes readable when the keeper is gone.
  var channelNumber: CInt { channel.number }

  /// Something spent is there to remove. A full channel means that the bell has been rung already.
  func ring() {
    do throws(SystemCallFailure) {
      try channel.send([1])
    } catch {
      if error.code != EAGAIN { OperatorLog.error("the keeper cannot be reached: \(error)") }
    }
  }

  /// Lets the keeper end and remove everything, and waits until it has. If it cannot, because it
  /// was killed itself, that is done here.
  func finish() {
    // The keeper sees the end of the stream, as it would if this process had died.
    _ = shutdown(channel.number, CInt(SHUT_RDWR))
    var end = linux_child_end()
    let answer = unsafe linux_wait_for(pid, &end)
    guard answer != 1 || end.is_signal == 1 || end.value != 0 else { return }
    do throws(SystemCallFailure) {
      try Keeper.cleanUp(charge)
    } catch {
      OperatorLog.error("not everything could be removed: \(error)")
    }
  }
}
