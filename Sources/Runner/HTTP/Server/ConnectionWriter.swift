import Glibc

/// Says the last words of a connection where libmicrohttpd cannot: in the middle of a request, and
/// from other threads. All bytes that do not go through the library go through here, so that a
/// connection whose bytes are encrypted has one place to take over.
protocol ConnectionWriter: Sendable {
  /// Sends as much of `message` as there is room for, without waiting.
  ///
  /// - Parameter descriptor: a connected socket, open until the call returns.
  func write(_ message: [UInt8], to descriptor: CInt)
}

/// The writer of connections that are not encrypted.
struct PlainConnectionWriter: ConnectionWriter {
  func write(_ message: [UInt8], to descriptor: CInt) {
    // SAFETY: send(2) only reads, and only message.count bytes of the array that it is lent.
    _ = unsafe send(descriptor, message, message.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
  }
}
