internal import CGnuTLS
package import RunnerCore

/// A private certificate authority: its certificate, and the key that signs others.
///
/// SAFETY: the library's objects are those of `Certificate` and `PrivateKey`, which outlive each
/// call; it copies the bytes that it is lent, within the size that it is given.
package struct CertificateAuthority {
  /// What an issued certificate is for (extended key usage of RFC 5280, section 4.2.1.12).
  package enum Usage: Sendable {
    case server
    case client
  }

  private let certificate: Certificate
  private let key: PrivateKey

  /// A new authority.
  ///
  /// - Parameter name: common name of its certificate.
  /// - Throws: `CertificateFailure`.
  package init(
    name: String, from start: Timestamp, until end: Timestamp
  ) throws(CertificateFailure) {
    key = try PrivateKey()
    certificate = try Certificate()
    try certificate.fill(subject: name, key: key, from: start, until: end)
    // It signs certificates of servers and clients, and of no further authority.
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_basic_constraints(certificate.object, 1, 0), "make an authority")
    let signing = CUnsignedInt(GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_key_usage(certificate.object, signing), "make an authority")
    try sign(certificate)
  }

  /// The authority of two PEM files.
  ///
  /// - Throws: `CertificateFailure` where they are none.
  package init(certificate: [UInt8], key: [UInt8]) throws(CertificateFailure) {
    self.certificate = try Certificate(pem: certificate)
    self.key = try PrivateKey(pem: key)
    guard try self.certificate.keyID() == self.key.id() else {
      throw CertificateFailure("The key is not that of the authority.")
    }
  }

  /// When its certificate ends, and with it all that it signed.
  package var end: Timestamp { certificate.end }

  /// Its certificate with its key, as PEM.
  ///
  /// - Throws: `CertificateFailure`.
  package func pem() throws(CertificateFailure) -> IssuedCertificate {
    IssuedCertificate(certificate: try certificate.pem(), key: try key.pem())
  }

  /// Issues a certificate with a new key.
  ///
  /// - Parameters:
  ///   - subject: its common name.
  ///   - names: who it is for; at least one.
  ///   - end: when it ends; not later than the authority itself.
  ///   - revocations: URL of the revocation list, for clients that ask for one; nil for none.
  /// - Throws: `CertificateFailure`.
  package func issue(
    _ usage: Usage, subject: String, names: [SubjectName], from start: Timestamp,
    until end: Timestamp, revocationsAt revocations: String? = nil
  ) throws(CertificateFailure) -> IssuedCertificate {
    let key = try PrivateKey()
    let issued = try Certificate()
    try issued.fill(subject: subject, key: key, from: start, until: min(end, self.end))
    for name in names { try issued.add(name) }
    if let revocations { try issued.add(revocationsAt: revocations) }
    let what = "make a certificate"
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_basic_constraints(issued.object, 0, -1), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_key_usage(
        issued.object, CUnsignedInt(GNUTLS_KEY_DIGITAL_SIGNATURE)), what)
    let oid =
      switch usage {
      case .server: GNUTLS_KP_TLS_WWW_SERVER
      case .client: GNUTLS_KP_TLS_WWW_CLIENT
      }
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_key_purpose_oid(issued.object, oid, 0), what)
    let id = try certificate.keyID()
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_authority_key_id(issued.object, id, id.count), what)
    try sign(issued)
    return IssuedCertificate(certificate: try issued.pem(), key: try key.pem())
  }

  /// Its revocation list with further certificates on it.
  ///
  /// It counts until the authority ends: one that is out of date would have every client refused
  /// (RFC 5280, section 6.3.3), and a file that is replaced at each revocation never is.
  ///
  /// - Parameters:
  ///   - serials: of the certificates that are revoked at `time`.
  ///   - old: the present list, as PEM; nil where there is none.
  /// - Returns: the new list as PEM.
  /// - Throws: `CertificateFailure`.
  package func revocationList(
    adding serials: [[UInt8]], to old: [UInt8]?, at time: Timestamp
  ) throws(CertificateFailure) -> [UInt8] {
    let list =
      if let old { try RevocationList(pem: old) } else { try RevocationList() }
    var present = Set(try list.serials())
    for serial in serials where present.insert(serial).inserted { try list.add(serial, at: time) }
    try list.fill(from: time, until: end)
    let what = "sign a revocation list"
    let id = try certificate.keyID()
    try GnuTLSCall.check(
      unsafe gnutls_x509_crl_set_authority_key_id(list.object, id, id.count), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crl_sign2(
        list.object, certificate.object, key.object, GNUTLS_DIG_SHA256, 0), what)
    return try list.pem()
  }

  private func sign(_ other: Certificate) throws(CertificateFailure) {
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_sign2(
        other.object, certificate.object, key.object, GNUTLS_DIG_SHA256, 0), "sign a certificate")
  }
}
