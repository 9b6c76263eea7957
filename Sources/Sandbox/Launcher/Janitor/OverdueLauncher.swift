internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// A launcher that is still there some time after its service has ended, because it was stopped
/// (SIGSTOP) or hangs: it is killed, so that its jobs end too.
struct OverdueLauncher {
  /// Pidfds (pidfd_open(2)) of the service and of the launcher; nil before they came.
  private let service: SharedDescriptor?
  private let launcher: SharedDescriptor?
  /// When the launcher is killed, in milliseconds of the monotonic clock; nil while the service
  /// lives.
  private var deadline: Int64?
  private var isKilled = false

  private static let millisecondsMax: Int64 = 5_000

  init() {
    service = nil
    launcher = nil
  }

  /// - Parameter processes: pidfds of the service and of the launcher.
  init(_ processes: JobDescriptors) {
    var held: [SharedDescriptor] = []
    while let next = processes.removeFirst() { held.append(SharedDescriptor(next)) }
    service = held.first
    launcher = held.count == 2 ? held[1] : nil
  }

  /// Waits until the channel of the launcher has a message or is closed.
  mutating func wait(for channel: CInt) throws(SystemCallFailure) {
    while true {
      if let deadline, !isKilled, linux_monotonic_ms() >= deadline { try kill() }
      guard try !isReadable(channel) else { return }
    }
  }

  /// - Returns: false where something else has happened: the end of the service, or the deadline.
  private mutating func isReadable(_ channel: CInt) throws(SystemCallFailure) -> Bool {
    var wanted = [
      pollfd(fd: channel, events: Int16(POLLIN), revents: 0),
      // poll(2) leaves out what has a negative number.
      pollfd(fd: deadline == nil ? service?.fd ?? -1 : -1, events: Int16(POLLIN), revents: 0),
    ]
    let timeout = isKilled ? nil : deadline.map { max(0, $0 - linux_monotonic_ms()) }
    // SAFETY: poll(2) reads and writes the two elements of the array.
    let count = unsafe wanted.withUnsafeMutableBufferPointer { buffer in
      unsafe poll(buffer.baseAddress!, 2, timeout.map { CInt($0) } ?? -1)
    }
    guard count >= 0 || errno == EINTR else {
      throw SystemCallFailure(call: "poll", code: errno, object: "")
    }
    if wanted[1].revents != 0 { deadline = linux_monotonic_ms() + Self.millisecondsMax }
    return wanted[0].revents != 0
  }

  private mutating func kill() throws(SystemCallFailure) {
    isKilled = true
    guard let launcher else { return }
    OperatorLog.warning(
      "launcher.overdue",
      "the launcher is still there after its service has ended: it is killed")
    let answer = linux_pidfd_send_signal(launcher.fd, SIGKILL)
    guard answer != -ESRCH else { return }
    try checked("pidfd_send_signal", "launcher", answer)
  }
}
