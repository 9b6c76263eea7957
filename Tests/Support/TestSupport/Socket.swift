import Glibc

/// A blocking TCP socket of this machine's own loopback, with a deadline on everything.
package final class Socket: Sendable {
  private let descriptor: CInt

  init(adopting descriptor: CInt) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Connects to 127.0.0.1.
  package convenience init(port: UInt16) throws {
    let descriptor = try Self.make()
    self.init(adopting: descriptor)
    let answer = unsafe Self.withAddress(port: port) { unsafe connect(descriptor, $0, $1) }
    guard answer == 0 else { throw TestFailure("connect", "127.0.0.1:\(port)", code: errno) }
  }

  static func make() throws -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw TestFailure("socket", "", code: errno) }
    return descriptor
  }

  static func withAddress<Answer>(
    port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
  ) -> Answer {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Sends everything. A peer that stops listening is not an error here: it may have answered.
  package func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(
          descriptor, $0.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Whether there is something to receive, be it the end of the stream, once there is or the time
  /// is over.
  package func isReadable(within seconds: Double) -> Bool {
    Self.isReadable(descriptor, within: seconds)
  }

  /// The same for a descriptor of any kind: poll(2).
  static func isReadable(_ descriptor: CInt, within seconds: Double) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, CInt(max(0, seconds) * 1000)) > 0
  }

  /// What has come, at least one byte; empty at the end of the stream.
  package func receive(before deadline: Double) throws -> [UInt8] {
    guard isReadable(within: deadline - monotonicSeconds()) else {
      throw TestFailure("nothing came over a connection in time")
    }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress!, $0.count, 0)
    }
    guard count >= 0 else { throw TestFailure("recv", "", code: errno) }
    return Array(block[..<count])
  }
}
