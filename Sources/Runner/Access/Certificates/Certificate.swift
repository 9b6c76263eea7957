internal import CGnuTLS
package import RunnerCore

/// An X.509 certificate (RFC 5280): gnutls_x509_crt_t.
///
/// SAFETY: the library's object is made by `init`, used while this one lives, and freed once, by
/// `deinit`; no pointer to the bytes that it is lent outlives a call.
@safe package final class Certificate {
  let object: gnutls_x509_crt_t

  /// Names that are read of one certificate.
  private static let namesMax: CUnsignedInt = 256
  /// Bytes of the longest of them.
  private static let nameBytesMax = 1024
  /// Bytes of the serial number of a new one.
  private static let serialByteCount = 16
  /// Bytes of a serial number at the most, with room for those of authorities that exceed the 20 of
  /// RFC 5280, section 4.1.2.2.
  static let serialBytesMax = 64

  init() throws(CertificateFailure) {
    var made: gnutls_x509_crt_t?
    guard unsafe gnutls_x509_crt_init(&made) == 0, let made = unsafe made else {
      throw CertificateFailure("There is no memory for a certificate.")
    }
    unsafe object = made
  }

  /// The first certificate of a PEM file.
  ///
  /// - Throws: `CertificateFailure` for bytes that hold none.
  package convenience init(pem: [UInt8]) throws(CertificateFailure) {
    try self.init()
    let code = unsafe GnuTLSCall.withDatum(pem) {
      unsafe gnutls_x509_crt_import(object, $0, GNUTLS_X509_FMT_PEM)
    }
    try GnuTLSCall.check(code, "read a certificate")
  }

  deinit {
    unsafe gnutls_x509_crt_deinit(object)
  }

  /// When it ends.
  package var end: Timestamp {
    Timestamp(microseconds: Int64(unsafe gnutls_x509_crt_get_expiration_time(object)) * 1_000_000)
  }

  /// Its serial number, which no other certificate of its authority has.
  ///
  /// - Throws: `CertificateFailure`.
  package func serial() throws(CertificateFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.serialBytesMax)
    var size = bytes.count
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_get_serial(object, &bytes, &size), "read a serial number")
    return Array(bytes.prefix(size))
  }

  /// Its subject alternative names, of the kinds that `SubjectName` has.
  package var names: [SubjectName] {
    (0..<Self.namesMax).lazy.map { self.name(at: $0) }.prefix { $0 != .end }.compactMap {
      if case .name(let name) = $0 { name } else { nil }
    }
  }

  private enum NameRow: Hashable {
    case name(SubjectName)
    case other
    case end
  }

  private func name(at index: CUnsignedInt) -> NameRow {
    var buffer = [UInt8](repeating: 0, count: Self.nameBytesMax)
    var size = buffer.count
    let kind = unsafe gnutls_x509_crt_get_subject_alt_name(object, index, &buffer, &size, nil)
    guard kind >= 0 else {
      return kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? .end : .other
    }
    let bytes = Array(buffer.prefix(size))
    if kind == CInt(GNUTLS_SAN_IPADDRESS.rawValue) { return .name(.address(bytes)) }
    // A NUL within would let one name pass for another.
    guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { return .other }
    let text = String(decoding: bytes, as: UTF8.self)
    switch kind {
    case CInt(GNUTLS_SAN_DNSNAME.rawValue): return .name(.dns(text))
    case CInt(GNUTLS_SAN_RFC822NAME.rawValue): return .name(.mail(text))
    case CInt(GNUTLS_SAN_URI.rawValue): return .name(.uri(text))
    default: return .other
    }
  }

  /// Gives a new certificate what each has: version, serial number, subject, key and times.
  func fill(
    subject: String, key: PrivateKey, from start: Timestamp, until end: Timestamp
  ) throws(CertificateFailure) {
    let what = "make a certificate"
    var source = SystemRandomNumberGenerator()
    var serial = (0..<Self.serialByteCount).map { _ in
      UInt8.random(in: 0...UInt8.max, using: &source)
    }
    // Positive, and never shorter than it is.
    serial[0] = serial[0] & 0x7f | 0x40
    try GnuTLSCall.check(unsafe gnutls_x509_crt_set_version(object, 3), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_serial(object, &serial, serial.count), what)
    let name = Array(subject.utf8)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_dn_by_oid(
        object, GNUTLS_OID_X520_COMMON_NAME, 0, name, CUnsignedInt(name.count)), what)
    try GnuTLSCall.check(unsafe gnutls_x509_crt_set_key(object, key.object), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_activation_time(object, Int(start.microseconds / 1_000_000)), what)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_expiration_time(object, Int(end.microseconds / 1_000_000)), what)
    let id = try keyID()
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_subject_key_id(object, id, id.count), what)
  }

  /// Adds a subject alternative name.
  func add(_ name: SubjectName) throws(CertificateFailure) {
    let (kind, bytes) =
      switch name {
      case .dns(let text): (GNUTLS_SAN_DNSNAME, Array(text.utf8))
      case .mail(let text): (GNUTLS_SAN_RFC822NAME, Array(text.utf8))
      case .uri(let text): (GNUTLS_SAN_URI, Array(text.utf8))
      case .address(let bytes): (GNUTLS_SAN_IPADDRESS, bytes)
      }
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_subject_alt_name(
        object, kind, bytes, CUnsignedInt(bytes.count), CUnsignedInt(GNUTLS_FSAN_APPEND)),
      "name \(name) in a certificate")
  }

  /// Says where the revocation list of its authority is (RFC 5280, section 4.2.1.13).
  func add(revocationsAt url: String) throws(CertificateFailure) {
    let bytes = Array(url.utf8)
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_set_crl_dist_points2(
        object, GNUTLS_SAN_URI, bytes, CUnsignedInt(bytes.count), 0),
      "name \(url) in a certificate")
  }

  /// The identifier of its key: a digest, 20 bytes.
  func keyID() throws(CertificateFailure) -> [UInt8] {
    var id = [UInt8](repeating: 0, count: 64)
    var size = id.count
    try GnuTLSCall.check(
      unsafe gnutls_x509_crt_get_key_id(object, 0, &id, &size), "identify a key")
    return Array(id.prefix(size))
  }

  func pem() throws(CertificateFailure) -> [UInt8] {
    try unsafe GnuTLSCall.bytes("write a certificate") {
      unsafe gnutls_x509_crt_export2(object, GNUTLS_X509_FMT_PEM, $0)
    }
  }
}
