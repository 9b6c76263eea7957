import Glibc
import SystemBase

/// The rest of a connection that was answered before its request was read: reads and forgets until
/// the client has seen the answer and closes, or for a short while.
struct LingeringSocket: Sendable {
  /// How long a client may take to notice.
  static let time: Duration = .seconds(2)
  /// Bytes that are thrown away at most.
  private static let bytesMax = 16 << 20
  /// Bytes that one turn reads.
  private static let turnBytes = 64 << 10

  let socket: SharedDescriptor
  private let deadline = ContinuousClock.now + Self.time
  private var restBytes = Self.bytesMax

  init(_ socket: SharedDescriptor) {
    self.socket = socket
  }

  /// Reads what is there, into memory that the caller lends.
  ///
  /// - Returns: false when it is over.
  mutating func drain(at now: ContinuousClock.Instant, into scratch: inout [UInt8]) -> Bool {
    guard now < deadline else { return false }
    while restBytes > 0 {
      let count = unsafe scratch.withUnsafeMutableBytes { buffer in
        // SAFETY: recv(2) writes at most buffer.count bytes, and the buffer outlives the call.
        unsafe recv(
          socket.fd, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
      }
      if count == -1 { return errno == EAGAIN || errno == EINTR }
      if count == 0 { return false }
      restBytes -= count
    }
    return false
  }

  /// Memory for `drain`.
  static func scratch() -> [UInt8] { [UInt8](repeating: 0, count: turnBytes) }
}
