internal import CGnuTLS

/// A private key: gnutls_x509_privkey_t. New ones are of the curve P-256 (FIPS 186-4), which every
/// TLS library takes.
///
/// SAFETY: the library's object is made by `init`, used while this one lives, and freed once, by
/// `deinit`; no pointer to the bytes that it is lent outlives a call.
@safe final class PrivateKey {
  let object: gnutls_x509_privkey_t

  private init(empty: Void) throws(CertificateFailure) {
    var made: gnutls_x509_privkey_t?
    guard unsafe gnutls_x509_privkey_init(&made) == 0, let made = unsafe made else {
      throw CertificateFailure("There is no memory for a key.")
    }
    unsafe object = made
  }

  /// A new key of the kernel's random source.
  convenience init() throws(CertificateFailure) {
    try self.init(empty: ())
    // GNUTLS_CURVE_TO_BITS of gnutls.h is a macro that Swift does not import.
    let curve = CUnsignedInt(1) << 31 | CUnsignedInt(GNUTLS_ECC_CURVE_SECP256R1.rawValue)
    try GnuTLSCall.check(
      unsafe gnutls_x509_privkey_generate(object, GNUTLS_PK_ECDSA, curve, 0), "make a key")
  }

  /// The key of a PEM file.
  convenience init(pem: [UInt8]) throws(CertificateFailure) {
    try self.init(empty: ())
    let code = unsafe GnuTLSCall.withDatum(pem) {
      unsafe gnutls_x509_privkey_import2(object, $0, GNUTLS_X509_FMT_PEM, nil, 0)
    }
    try GnuTLSCall.check(code, "read a private key")
  }

  deinit {
    unsafe gnutls_x509_privkey_deinit(object)
  }

  /// The identifier of the key: a digest, 20 bytes.
  func id() throws(CertificateFailure) -> [UInt8] {
    var id = [UInt8](repeating: 0, count: 64)
    var size = id.count
    try GnuTLSCall.check(
      unsafe gnutls_x509_privkey_get_key_id(object, 0, &id, &size), "identify a key")
    return Array(id.prefix(size))
  }

  func pem() throws(CertificateFailure) -> [UInt8] {
    try unsafe GnuTLSCall.bytes("write a private key") {
      unsafe gnutls_x509_privkey_export2_pkcs8(
        object, GNUTLS_X509_FMT_PEM, nil, CUnsignedInt(GNUTLS_PKCS_PLAIN.rawValue), $0)
    }
  }
}
