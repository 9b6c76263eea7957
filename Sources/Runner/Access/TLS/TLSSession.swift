internal import CGnuTLS

/// The TLS session of one connection: gnutls_session_t of the HTTP library. Used on the thread of
/// that library only, which owns it, and before the connection is closed.
///
/// SAFETY: so the address is that of a session that exists during each call.
package final class TLSSession: Sendable {
  /// A number, since pointers are not Sendable.
  private let address: UInt
  private let transport: TLSTransport

  private var session: OpaquePointer {
    guard let session = unsafe OpaquePointer(bitPattern: address) else {
      preconditionFailure("a session has an address")
    }
    return unsafe session
  }

  /// A session that is about to begin its handshake.
  ///
  /// - Parameters:
  ///   - address: where the library has it; not 0.
  ///   - descriptor: its socket.
  ///   - credentials: kept by the caller for as long as the connection exists.
  ///   - starved: called where its handshake has to wait for bytes that have not come, on the
  ///     thread of the library, within its call of gnutls_handshake(3).
  /// - Returns: nil where it cannot be set up.
  package init?(
    at address: UInt, on descriptor: CInt, using credentials: TLSCredentials,
    starved: @escaping @Sendable () -> Void
  ) {
    guard let session = unsafe OpaquePointer(bitPattern: address),
      unsafe credentials.use(in: session, isNew: true)
    else { return nil }
    self.address = address
    transport = unsafe TLSTransport(session, on: descriptor, starved: starved)
  }

  /// Verifies the certificate of the client against other credentials from now on.
  package func use(_ credentials: TLSCredentials) -> Bool {
    unsafe credentials.use(in: session, isNew: false)
  }

  /// Sends as much as there is room for, in a record of its own; nothing before the handshake.
  package func send(_ message: [UInt8]) {
    _ = unsafe gnutls_record_send(session, message, message.count)
  }

  /// What the client's certificate says of it. Its chain, times, revocation and purpose are checked
  /// here: the library only asks for one.
  package func verifiedPeer() -> PeerEvidence {
    var count: CUnsignedInt = 0
    guard let chain = unsafe gnutls_certificate_get_peers(session, &count), count > 0 else {
      return .none
    }
    if let reason = refusal() { return .refusedCertificate(reason: reason) }
    return .certificate(names: unsafe Self.names(in: chain))
  }

  /// - Returns: nil for a certificate that is in order.
  private func refusal() -> String? {
    var status: CUnsignedInt = 0
    let code = unsafe GNUTLS_KP_TLS_WWW_CLIENT.withCString { purpose in
      var wanted = unsafe gnutls_typed_vdata_st(
        type: GNUTLS_DT_KEY_PURPOSE_OID,
        data: UnsafeMutableRawPointer(mutating: purpose).assumingMemoryBound(to: UInt8.self),
        size: 0)
      return unsafe gnutls_certificate_verify_peers(session, &wanted, 1, &status)
    }
    guard code == 0 else { return unsafe String(cString: gnutls_strerror(code)) }
    guard status != 0 else { return nil }
    var text = unsafe gnutls_datum_t()
    guard
      unsafe gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) == 0,
      let bytes = unsafe text.data
    else { return "It cannot be verified." }
    defer { unsafe cgnutls_free(bytes) }
    let read = unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(text.size)))
    let words = String(decoding: read.prefix { $0 != 0 }, as: UTF8.self).split(separator: " ")
    return words.joined(separator: " ")
  }

  private static func names(in chain: UnsafePointer<gnutls_datum_t>) -> [String] {
    let read: Certificate
    do throws(CertificateFailure) {
      read = try Certificate()
    } catch {
      return []
    }
    guard unsafe gnutls_x509_crt_import(read.object, chain, GNUTLS_X509_FMT_DER) == 0 else {
      return []
    }
    return read.names.compactMap { name in
      switch name {
      case .dns(let text), .mail(let text), .uri(let text): text
      case .address: nil
      }
    }
  }
}
