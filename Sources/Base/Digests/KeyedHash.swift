internal import CGnuTLS

/// HMAC-SHA256 (RFC 2104) over bytes that come in pieces: gnutls_hmac_init(3).
///
/// SAFETY: it owns its handle, from `init` to `deinit`. One task at a time uses it.
@safe package final class KeyedHash {
  /// Bytes of a hash.
  package static let byteCount = 32

  private let handle: gnutls_hmac_hd_t
  private var isWhole = true

  /// Begins a hash with this key.
  ///
  /// - Returns: nil when there is no memory, or the algorithm is switched off.
  package init?(key: [UInt8]) {
    var handle: gnutls_hmac_hd_t?
    let code = unsafe key.withUnsafeBytes { key in
      unsafe gnutls_hmac_init(&handle, GNUTLS_MAC_SHA256, key.baseAddress, key.count)
    }
    guard code == 0, let handle = unsafe handle else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe gnutls_hmac_deinit(handle, nil)
  }

  /// Takes the next bytes.
  package func append(_ bytes: [UInt8]) {
    let code = unsafe bytes.withUnsafeBytes { unsafe gnutls_hmac(handle, $0.baseAddress, $0.count) }
    isWhole = isWhole && code == 0
  }

  /// The hash of all that came; nil when the library failed. Afterwards it begins anew.
  package func value() -> [UInt8]? {
    var hash = [UInt8](repeating: 0, count: Self.byteCount)
    // SAFETY: the library writes 32 bytes (gnutls_hmac_get_len(3)), the size of `hash`.
    unsafe hash.withUnsafeMutableBytes { unsafe gnutls_hmac_output(handle, $0.baseAddress) }
    return isWhole ? hash : nil
  }
}
