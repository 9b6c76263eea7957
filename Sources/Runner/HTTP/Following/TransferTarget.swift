import Glibc
import RunnerCore
import SystemBase

/// The socket that a transfer goes to, past libmicrohttpd.
struct TransferTarget: Sendable {
  /// Calls its second argument once there is room in the buffer of a socket, or the socket is shut.
  /// False where the socket cannot be watched.
  typealias RoomWaiter = @Sendable (CInt, @escaping @Sendable () -> Void) -> Bool

  /// A duplicate: the connection may be closed while a piece is under way.
  private let socket: SharedDescriptor
  private let roomWaiter: RoomWaiter

  /// Its descriptor, which does not block.
  var fd: CInt { socket.fd }

  /// - Returns: nil without a further descriptor.
  init?(duplicating socket: CInt, roomWaiter: @escaping RoomWaiter) {
    let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { return nil }
    self.socket = SharedDescriptor(adopting: copy)
    self.roomWaiter = roomWaiter
  }

  /// Calls `resume` once there is room, or the socket is shut; false where it cannot be watched.
  func awaitRoom(then resume: @escaping @Sendable () -> Void) -> Bool { roomWaiter(fd, resume) }

  /// Sends what the socket takes of `bytes`, which more is to follow at once.
  func send(_ bytes: ArraySlice<UInt8>, hasMore: Bool) -> TransferStep {
    let flags = CInt(MSG_NOSIGNAL | MSG_DONTWAIT | (hasMore ? MSG_MORE : 0))
    while true {
      // SAFETY: send(2) reads the bytes of the buffer, whose count it gets.
      let sent = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(fd, buffer.baseAddress, buffer.count, flags)
      }
      if sent > 0 { return .sent(sent) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .full
      default: return .failed
      }
    }
  }
}
