internal import CGnuTLS

/// Calls of GnuTLS whose results are codes and whose bytes are in `gnutls_datum_t`.
///
/// SAFETY: gnutls_strerror(3) returns a constant text for each code; what else is lent or taken
/// over stands at its call.
enum GnuTLSCall {
  /// - Parameter what: what was done, behind "GnuTLS could not".
  static func check(_ code: CInt, _ what: String) throws(CertificateFailure) {
    guard code < 0 else { return }
    let reason = unsafe String(cString: gnutls_strerror(code))
    throw CertificateFailure("GnuTLS could not \(what): \(reason)")
  }

  /// Lends `bytes` to a call that does not change them.
  static func withDatum(
    _ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> CInt
  ) -> CInt {
    var bytes = bytes
    return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      // SAFETY: the buffer outlives the call, and has the size that is given.
      var datum = unsafe gnutls_datum_t(data: buffer.baseAddress, size: CUnsignedInt(buffer.count))
      return unsafe body(&datum)
    }
  }

  /// The bytes that a call allocates.
  static func bytes(
    _ what: String, _ body: (UnsafeMutablePointer<gnutls_datum_t>) -> CInt
  ) throws(CertificateFailure) -> [UInt8] {
    var datum = unsafe gnutls_datum_t()
    try check(unsafe body(&datum), what)
    // SAFETY: the call succeeded, so that it wrote where its bytes are and how many; they are
    // copied, and given back once.
    defer { unsafe cgnutls_free(datum.data) }
    return unsafe Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
  }
}
