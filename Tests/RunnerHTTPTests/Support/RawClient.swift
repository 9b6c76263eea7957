import Glibc

/// One TCP connection to 127.0.0.1 that sends whatever bytes it is told. Blocks its thread.
final class RawClient {
  enum Failure: Error {
    case call(String, CInt)
    /// The server said nothing for `patienceSeconds`.
    case timedOut(after: [UInt8])
    /// The connection ended inside of a response.
    case cut(after: [UInt8])
  }

  /// How long a read waits: a bound for failures, never reached by a test that passes.
  private static let patienceSeconds = 60

  private let socket: CInt
  private var buffer: [UInt8] = []

  init(port: UInt16, receiveBufferBytes: CInt? = nil) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw Failure.call("socket", errno) }
    var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
    _ = unsafe setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var bytes = receiveBufferBytes {
      _ = unsafe setsockopt(
        socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
    }
    var address = loopback(port: port)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure.call("connect", errno) }
  }

  deinit {
    _ = close(socket)
  }

  /// Sends all bytes, or as many as the server lets in before it closes.
  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.send(socket, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Closes the sending side (TCP half-close): no more requests come.
  func endSending() { _ = shutdown(socket, CInt(SHUT_WR)) }

  /// Reads one response. Its body is as long as Content-Length says; none after HEAD.
  func response(toHead: Bool = false) throws -> RawResponse {
    while true {
      if let (response, rest) = RawResponse.parse(buffer, toHead: toHead) {
        buffer = rest
        return response
      }
      guard try receive() else { throw Failure.cut(after: buffer) }
    }
  }

  /// Reads until the server closes.
  func everything() throws -> String {
    while try receive() {}
    defer { buffer = [] }
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Sends `piece` every 20 ms until the server closes.
  func everything(dripping piece: String) throws -> String {
    for _ in 0..<(Self.patienceSeconds * 50) {
      send(piece)
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(socket, &bytes, bytes.count, CInt(MSG_DONTWAIT))
      if count > 0 { buffer.append(contentsOf: bytes[..<count]) }
      if count == 0 || (count == -1 && errno != EAGAIN) {
        return String(decoding: buffer, as: UTF8.self)
      }
      usleep(20_000)
    }
    throw Failure.timedOut(after: buffer)
  }

  /// What has come, at least one byte; nil at the end of the connection.
  func more() throws -> [UInt8]? {
    guard try !buffer.isEmpty || receive() else { return nil }
    defer { buffer = [] }
    return buffer
  }

  /// What has come and was not read, without waiting.
  var unread: String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(socket, &bytes, bytes.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  /// Reads at most this many bytes.
  func trickle(_ bytesMax: Int) -> Int {
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    return unsafe recv(socket, &bytes, bytesMax, 0)
  }

  /// Returns when the peer has ended the connection, without reading from it (POLLRDHUP of poll(2),
  /// which Glibc shows with _GNU_SOURCE only).
  ///
  /// - Throws: `Failure.timedOut` if it does not in time.
  func awaitHangup() throws {
    var entry = pollfd(fd: socket, events: 0x2000, revents: 0)
    guard unsafe poll(&entry, 1, CInt(Self.patienceSeconds * 1000)) > 0 else {
      throw Failure.timedOut(after: buffer)
    }
  }

  /// - Returns: false at the end of the connection, orderly or not.
  private func receive() throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 256 << 10)
    let count = unsafe recv(socket, &bytes, bytes.count, 0)
    if count == -1, errno == EAGAIN { throw Failure.timedOut(after: buffer) }
    guard count > 0 else { return false }
    buffer.append(contentsOf: bytes[..<count])
    return true
  }
}

func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return address
}
