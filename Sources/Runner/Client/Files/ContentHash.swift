import CGnuTLS

/// SHA-256 over bytes that come in pieces: gnutls_hash_init(3).
///
/// SAFETY: it owns its handle, from `init` to `deinit`.
@safe final class ContentHash {
  private static let byteCount = 32

  private let handle: gnutls_hash_hd_t
  private var isWhole = true

  /// Begins a digest.
  ///
  /// - Throws: `ClientFailure` (configuration) where there is no memory.
  init() throws(ClientFailure) {
    var handle: gnutls_hash_hd_t?
    guard unsafe gnutls_hash_init(&handle, GNUTLS_DIG_SHA256) == 0, let handle = unsafe handle
    else { throw ClientFailure(.configuration, "There is no memory for a digest.") }
    unsafe self.handle = handle
  }

  deinit {
    unsafe gnutls_hash_deinit(handle, nil)
  }

  func append(_ bytes: [UInt8]) {
    let code = unsafe bytes.withUnsafeBytes { unsafe gnutls_hash(handle, $0.baseAddress, $0.count) }
    isWhole = isWhole && code == 0
  }

  /// The digest of all that came; nil where the library failed. Afterwards it begins anew.
  func value() -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: Self.byteCount)
    unsafe value.withUnsafeMutableBytes { unsafe gnutls_hash_output(handle, $0.baseAddress) }
    return isWhole ? value : nil
  }
}
