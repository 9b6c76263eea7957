import Glibc
import Testing

@testable import RunnerCommand

/// What a supervisor is told, as sd_notify(3) has it.
struct SupervisorNotifierTests {
  /// A datagram socket with an abstract name.
  private final class Supervisor {
    let name: String
    private let socket: CInt

    init() {
      socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      name = "@http-runner-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
      var bytes = unsafe withUnsafeBytes(of: sa_family_t(AF_UNIX)) { unsafe Array($0) }
      bytes += [0] + name.utf8.dropFirst()
      let answer = unsafe bytes.withUnsafeBytes { buffer in
        unsafe bind(
          socket, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self),
          socklen_t(buffer.count))
      }
      precondition(answer == 0, "an abstract name is free: \(errno)")
    }

    deinit { close(socket) }

    /// The next datagram, which is there already.
    func next() -> String? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  @Test func `each state is one datagram`() throws {
    let supervisor = Supervisor()
    let notifier = SupervisorNotifier(
      socket: supervisor.name, watchdogMicroseconds: "6000000", watchdogProcess: nil)
    notifier.notify(.ready, "listening on\nhttp://x")
    #expect(supervisor.next() == "READY=1\nSTATUS=listening onhttp://x")
    notifier.notify(.reloading)
    let reloading = try #require(supervisor.next())
    #expect(reloading.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[0-9]+/) != nil)
    notifier.notify(.stopping)
    notifier.notify(.alive)
    notifier.notify(.extended(seconds: 30), "draining")
    #expect(supervisor.next() == "STOPPING=1")
    #expect(supervisor.next() == "WATCHDOG=1")
    #expect(supervisor.next() == "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=draining")
    #expect(supervisor.next() == nil && notifier.watchdogTime == .seconds(6))
  }

  @Test func `without a supervisor nothing is sent, and no watchdog is fed for another process`() {
    for name in [nil, "", "@", "relative", "vsock:1:2", "/" + String(repeating: "x", count: 120)] {
      let notifier = SupervisorNotifier(
        socket: name, watchdogMicroseconds: "1", watchdogProcess: nil)
      notifier.notify(.ready)
      #expect(notifier.watchdogTime == nil, "\(name ?? "")")
    }
    let other = SupervisorNotifier(
      socket: "@x", watchdogMicroseconds: "1000", watchdogProcess: "\(getpid() + 1)")
    #expect(other.watchdogTime == nil)
    let zero = SupervisorNotifier(
      socket: "@x", watchdogMicroseconds: "0", watchdogProcess: "\(getpid())")
    #expect(zero.watchdogTime == nil)
  }
}
