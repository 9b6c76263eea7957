import CGnuTLS

/// HMAC-SHA256 (RFC 2104) over bytes that come in pieces: gnutls_hmac_init(3).
///
/// SAFETY: it owns its handle, from `init` to `deinit`.
@safe final class KeyedHash {
  private static let byteCount = 32

  private let handle: gnutls_hmac_hd_t
  private var isWhole = true

  /// Begins a hash with this key.
  ///
  /// - Returns: nil when there is no memory.
  init?(_ secret: WebhookSecret) {
    var handle: gnutls_hmac_hd_t?
    let code = unsafe secret.bytes.withUnsafeBytes { key in
      unsafe gnutls_hmac_init(&handle, GNUTLS_MAC_SHA256, key.baseAddress, key.count)
    }
    guard code == 0, let handle = unsafe handle else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe gnutls_hmac_deinit(handle, nil)
  }

  func append(_ bytes: [UInt8]) {
    let code = unsafe bytes.withUnsafeBytes { unsafe gnutls_hmac(handle, $0.baseAddress, $0.count) }
    isWhole = isWhole && code == 0
  }

  /// The hash of all that came; nil when the library failed.
  var hash: [UInt8]? {
    var hash = [UInt8](repeating: 0, count: Self.byteCount)
    unsafe hash.withUnsafeMutableBytes { unsafe gnutls_hmac_output(handle, $0.baseAddress) }
    return isWhole ? hash : nil
  }
}
