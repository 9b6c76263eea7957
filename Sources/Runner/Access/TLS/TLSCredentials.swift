internal import CGnuTLS

/// What the service proves itself with in a TLS handshake, and what it verifies clients against:
/// gnutls_certificate_credentials_t of GnuTLS.
///
/// SAFETY: the library copies what it is given; its objects are allocated by `init`, never changed
/// after it, and freed once, by `deinit`. The library lets threads share objects that none changes.
package final class TLSCredentials: Sendable {
  /// Versions 1.2 and 1.3 (RFC 5246, RFC 8446), and of their cipher suites those that exchange
  /// ephemeral keys and authenticate what they encrypt (gnutls_priority_init(3)).
  static let priorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL"
    + ":+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:%SERVER_PRECEDENCE"

  /// Numbers, since pointers are not Sendable.
  private let credentials: UInt
  private let priority: UInt
  /// Whether clients are asked for a certificate.
  package let asksClients: Bool

  /// Credentials of PEM files.
  ///
  /// - Parameters:
  ///   - certificate: that of the server, followed by those of its intermediate authorities.
  ///   - key: the private key of the first, not encrypted.
  ///   - clientAuthorities: whose certificates clients may have; nil to ask for none.
  ///   - revocations: revocation lists of those (RFC 5280, section 5); nil for none.
  /// - Throws: `TLSFileError` that names the file with the fault.
  package init(
    certificate: [UInt8], key: [UInt8], clientAuthorities: [UInt8]? = nil,
    revocations: [UInt8]? = nil
  ) throws(TLSFileError) {
    asksClients = clientAuthorities != nil
    var made: gnutls_certificate_credentials_t?
    var priority: gnutls_priority_t?
    guard unsafe gnutls_certificate_allocate_credentials(&made) == 0,
      unsafe gnutls_priority_init2(&priority, Self.priorities, nil, 0) == 0
    else { throw TLSFileError(.certificate, "GnuTLS does not offer TLS here.") }
    credentials = UInt(bitPattern: made)
    self.priority = UInt(bitPattern: priority)
    // From here on a failure runs `deinit`.
    try unsafe Self.check(
      .certificate,
      Self.withDatum(certificate) { certificate in
        unsafe Self.withDatum(key) { key in
          unsafe gnutls_certificate_set_x509_key_mem(
            made, certificate, key, GNUTLS_X509_FMT_PEM)
        }
      })
    if let clientAuthorities {
      let count = unsafe Self.withDatum(clientAuthorities) {
        unsafe gnutls_certificate_set_x509_trust_mem(made, $0, GNUTLS_X509_FMT_PEM)
      }
      try Self.check(.clientAuthorities, count)
      guard count > 0 else { throw TLSFileError(.clientAuthorities, "It has no certificate.") }
    }
    if let revocations {
      let count = unsafe Self.withDatum(revocations) {
        unsafe gnutls_certificate_set_x509_crl_mem(made, $0, GNUTLS_X509_FMT_PEM)
      }
      try Self.check(.revocations, count)
      guard count > 0 else { throw TLSFileError(.revocations, "It has no revocation list.") }
    }
  }

  deinit {
    unsafe gnutls_certificate_free_credentials(OpaquePointer(bitPattern: credentials))
    unsafe gnutls_priority_deinit(OpaquePointer(bitPattern: priority))
  }

  /// Makes a session use them.
  ///
  /// - Parameter isNew: whether its handshake is still to come.
  /// - Returns: false where the library has no memory for it.
  func use(in session: OpaquePointer, isNew: Bool) -> Bool {
    let isSet =
      unsafe gnutls_credentials_set(
        session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(bitPattern: credentials)) == 0
    guard isNew else { return isSet }
    unsafe gnutls_certificate_server_set_request(
      session, asksClients ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE)
    return unsafe isSet && gnutls_priority_set(session, OpaquePointer(bitPattern: priority)) == 0
  }

  private static func check(_ file: TLSFileError.File, _ code: CInt) throws(TLSFileError) {
    guard code < 0 else { return }
    let reason = unsafe String(cString: gnutls_strerror(code))
    throw TLSFileError(file, reason)
  }

  private static func withDatum(
    _ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> CInt
  ) -> CInt {
    var bytes = bytes
    return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var datum = unsafe gnutls_datum_t(data: buffer.baseAddress, size: CUnsignedInt(buffer.count))
      return unsafe body(&datum)
    }
  }
}
