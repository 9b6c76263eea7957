internal import CGnuTLS

/// What a session reads its client's bytes by, and what is called where its handshake has to wait.
///
/// SAFETY: GnuTLS has the address of `record` from `init` on and reads by it on the thread of the
/// HTTP library, for the last time before the connection is closed; the session that keeps this
/// object lives longer. `record` is never changed, and has this object without a retain.
final class TLSTransport: Sendable {
  /// Where `cgnutls_transport` is: a number, since pointers are not Sendable.
  private let record: UInt
  private let starved: @Sendable () -> Void

  /// Has a session read by this object.
  ///
  /// - Parameter starved: called on the thread that makes the handshake.
  init(
    _ session: OpaquePointer, on descriptor: CInt, starved: @escaping @Sendable () -> Void
  ) {
    let record = UnsafeMutablePointer<cgnutls_transport>.allocate(capacity: 1)
    self.record = UInt(bitPattern: record)
    self.starved = starved
    unsafe record.initialize(
      to: cgnutls_transport(
        descriptor: descriptor, session: session,
        context: Unmanaged.passUnretained(self).toOpaque(),
        starved: { context in
          unsafe Unmanaged<TLSTransport>.fromOpaque(context).takeUnretainedValue().starved()
        }))
    unsafe cgnutls_use_transport(record)
  }

  deinit {
    unsafe UnsafeMutablePointer<cgnutls_transport>(bitPattern: record)?.deallocate()
  }
}
