internal import CGnuTLS
internal import RunnerCore

/// A list of revoked certificates (RFC 5280, section 5): gnutls_x509_crl_t.
///
/// SAFETY: the library's object is made by `init`, used while this one lives, and freed once, by
/// `deinit`; no pointer to the bytes that it is lent outlives a call.
@safe final class RevocationList {
  let object: gnutls_x509_crl_t

  /// A list without a certificate.
  init() throws(CertificateFailure) {
    var made: gnutls_x509_crl_t?
    guard unsafe gnutls_x509_crl_init(&made) == 0, let made = unsafe made else {
      throw CertificateFailure("There is no memory for a revocation list.")
    }
    unsafe object = made
  }

  /// The list of a PEM file.
  convenience init(pem: [UInt8]) throws(CertificateFailure) {
    try self.init()
    let code = unsafe GnuTLSCall.withDatum(pem) {
      unsafe gnutls_x509_crl_import(object, $0, GNUTLS_X509_FMT_PEM)
    }
    try GnuTLSCall.check(code, "read a revocation list")
  }

  deinit {
    unsafe gnutls_x509_crl_deinit(object)
  }

  /// Serial numbers of the certificates on it.
  func serials() throws(CertificateFailure) -> [[UInt8]] {
    var serials: [[UInt8]] = []
    let count = unsafe gnutls_x509_crl_get_crt_count(object)
    for index in 0..<CUnsignedInt(max(count, 0)) {
      var bytes = [UInt8](repeating: 0, count: Certificate.serialBytesMax)
      var size = bytes.count
      try GnuTLSCall.check(
        unsafe gnutls_x509_crl_get_crt_serial(object, index, &bytes, &size, nil),
        "read a revocation list")
      serials.append(Array(bytes.prefix(size)))
    }
    return serials
  }

  /// Adds the certificate with a serial number, which is not on it yet.
  func add(_ serial: [UInt8], at time: Timestamp) throws(CertificateFailure) {
    try GnuTLSCall.check(
      unsafe gnutls_x509_crl_set_crt_serial(
        object, serial, serial.count, Int(time.microseconds / 1_000_000)), "revoke a certificate")
  }

  /// Gives it version 2, its times, and a number that grows with time (section 5.2.3).
  func fill(from start: Timestamp, until end: Timestamp) throws(CertificateFailure) {
    let what = "make a revocation list"
    try GnuTLSCall.check(unsafe gnutls_x509_crl_set_version(object, 2), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crl_set_this_update(object, Int(start.microseconds / 1_000_000)), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crl_set_next_update(object, Int(end.microseconds / 1_000_000)), what)
    let number = start.microseconds
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * (7 - $0))) }
    try GnuTLSCall.check(unsafe gnutls_x509_crl_set_number(object, bytes, bytes.count), what)
  }

  func pem() throws(CertificateFailure) -> [UInt8] {
    try unsafe GnuTLSCall.bytes("write a revocation list") {
      unsafe gnutls_x509_crl_export2(object, GNUTLS_X509_FMT_PEM, $0)
    }
  }
}
