internal import Glibc
internal import SystemBase

/// Tells systemd the state of the service: sd_notify(3), one datagram of `NAME=value` lines to the
/// socket of `NOTIFY_SOCKET`. Where no supervisor asks for it, nothing is sent.
struct SupervisorNotifier: Sendable {
  /// A state that the supervisor goes by.
  enum State: Hashable, Sendable {
    /// Requests are served, also again after a reload.
    case ready
    case reloading
    case stopping
    /// The watchdog's time begins anew.
    case alive
    /// The stop goes on, and may take this long from now.
    case extended(seconds: Int)
  }

  private let address: [UInt8]?
  /// How often `alive` is due at the least; nil where the supervisor does not ask for it.
  let watchdogTime: Duration?

  /// A notifier for what the environment says: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
  init() {
    self.init(
      socket: EnvironmentVariable.value(of: "NOTIFY_SOCKET"),
      watchdogMicroseconds: EnvironmentVariable.value(of: "WATCHDOG_USEC"),
      watchdogProcess: EnvironmentVariable.value(of: "WATCHDOG_PID"))
  }

  /// - Parameters:
  ///   - socket: a path, or `@` and the name of an abstract socket; nil for none.
  ///   - watchdogProcess: the process that is watched; nil for this one.
  init(socket: String?, watchdogMicroseconds: String?, watchdogProcess: String?) {
    address = socket.flatMap(Self.address)
    let isThis = watchdogProcess.map { $0 == "\(getpid())" } ?? true
    watchdogTime =
      isThis && address != nil
      ? watchdogMicroseconds.flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0) : nil }
      : nil
  }

  /// sockaddr_un of unix(7) as bytes; nil for a name that is empty, too long, or of another kind.
  private static func address(_ name: String) -> [UInt8]? {
    var bytes = Array(name.utf8)
    let lengthMax = 107
    guard bytes.count > 1, bytes.count <= lengthMax else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "/"): bytes.append(0)
    case UInt8(ascii: "@"): bytes[0] = 0
    default: return nil
    }
    // SAFETY: the bytes of a number are copied.
    return unsafe withUnsafeBytes(of: sa_family_t(AF_UNIX)) { unsafe Array($0) } + bytes
  }

  /// Sends a state, with a sentence for `systemctl status`; none by default.
  func notify(_ state: State, _ status: String? = nil) {
    var lines: [String] = []
    switch state {
    case .ready: lines = ["READY=1"]
    case .reloading: lines = ["RELOADING=1", "MONOTONIC_USEC=\(Self.monotonicMicroseconds())"]
    case .stopping: lines = ["STOPPING=1"]
    case .alive: lines = ["WATCHDOG=1"]
    case .extended(let seconds): lines = ["EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)"]
    }
    if let status { lines.append("STATUS=\(status.filter { !$0.isNewline })") }
    send(lines.joined(separator: "\n"))
  }

  private static func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    // SAFETY: clock_gettime(2) writes one timespec, which is a local variable.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// What cannot be sent is left out: there is nothing to do about a supervisor that does not read.
  private func send(_ text: String) {
    guard let address else { return }
    let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    let bytes = Array(text.utf8)
    // SAFETY: sendto(2) reads as many bytes of both arrays as they have, and they outlive the call;
    // the address has the form that its family says.
    _ = unsafe address.withUnsafeBytes { address in
      unsafe bytes.withUnsafeBytes { message in
        unsafe sendto(
          socket, message.baseAddress, message.count,
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT),
          address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
      }
    }
  }
}
