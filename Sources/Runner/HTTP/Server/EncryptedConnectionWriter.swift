import RunnerAccess
import SystemBase

/// The writer of an encrypted connection. On the thread of the library, which alone may use the
/// session, a message goes out in a record of its own. From any other thread nothing is sent: the
/// connection is closed without a message then, as it is before the end of the handshake.
struct EncryptedConnectionWriter: ConnectionWriter {
  let session: TLSSession

  func write(_ message: [UInt8], to descriptor: CInt) {
    guard ThreadRole.current == .http else { return }
    session.send(message)
  }
}
