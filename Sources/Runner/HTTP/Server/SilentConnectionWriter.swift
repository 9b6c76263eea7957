/// The writer of a connection that has no session to encrypt with: it sends nothing.
struct SilentConnectionWriter: ConnectionWriter {
  func write(_ message: [UInt8], to descriptor: CInt) {}
}
