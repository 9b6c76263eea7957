internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The janitor as the launcher sees it: a channel for wake-up messages and a process to wait for.
final class JanitorProcess {
  let pid: Int32
  private let channel: Channel
  private let startArguments: Janitor.StartArguments
  private var findsByUID = false

  init(_ startArguments: Janitor.StartArguments) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(ofProcess: "/proc/self/exe")
    self.pid = try program.start(
      channel: pair.theirs, arguments: ["http-runner-launcher", "keep"] + startArguments.arguments)
    self.startArguments = startArguments
    self.channel = pair.keepOurs()
  }

  /// Becomes readable when the janitor is gone.
  var channelFD: CInt { channel.fd }

  /// Has the janitor lock the instance folder, which is made now.
  func lockInstance() throws(SystemCallFailure) {
    try channel.sendWaiting([Janitor.Message.instance.rawValue])
  }

  /// Has the janitor end this process where it is still there after the service has ended.
  func watch() throws(SystemCallFailure) {
    let parent = getppid()
    let service = Descriptor(
      adopting: try checked("pidfd_open", "service", linux_pidfd_open(parent)))
    let own = Descriptor(
      adopting: try checked("pidfd_open", "launcher", linux_pidfd_open(linux_getpid())))
    // The service has ended before: its number may be another's by now.
    guard getppid() == parent else { return }
    try channel.send([Janitor.Message.processes.rawValue], descriptors: [service.fd, own.fd])
  }

  /// Has the janitor look for jobs by their uids, because the launcher has no cgroup.
  func findByUID() throws(SystemCallFailure) {
    findsByUID = true
    try channel.sendWaiting([Janitor.Message.uids.rawValue])
  }

  /// Wakes the janitor: the trash directory is not empty. A full channel holds a wake-up already.
  func notify() {
    do throws(SystemCallFailure) {
      try channel.send([Janitor.Message.trash.rawValue])
    } catch {
      guard error.code != EAGAIN else { return }
      OperatorLog.error(
        "janitor.unreachable", "the janitor cannot be reached: \(error)", ["error": "\(error)"])
    }
  }

  /// Lets the janitor end and remove everything, and waits until it has. If it cannot, because it
  /// was killed itself, that is done here.
  func finish() {
    // The janitor sees the end of the stream, as it would if this process had died.
    _ = shutdown(channel.fd, CInt(SHUT_RDWR))
    // SAFETY: wait4(2) writes one linux_child_end, which is a local variable.
    var end = linux_child_end()
    let answer = unsafe linux_wait4(pid, &end)
    guard answer != 1 || end.is_signal == 1 || end.value != 0 else { return }
    do throws(SystemCallFailure) {
      try Janitor.cleanUp(startArguments, findsByUID: findsByUID)
    } catch {
      OperatorLog.error(
        "instance.removal_failed", "not everything could be removed: \(error)",
        ["error": "\(error)"])
    }
  }
}
