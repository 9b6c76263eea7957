internal import CGnuTLS

/// A digest (FIPS 180-4) over bytes that come in pieces: gnutls_hash_init(3).
///
/// SAFETY: it owns its handle, from `init` to `deinit`. One task at a time uses it.
@safe package final class ContentDigest: @unchecked Sendable {
  /// The algorithms.
  package enum Algorithm: Sendable, CaseIterable {
    case sha256
    case sha512

    /// Bytes of a digest.
    package var byteCount: Int { self == .sha256 ? 32 : 64 }

    fileprivate var identifier: gnutls_digest_algorithm_t {
      self == .sha256 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512
    }
  }

  private let algorithm: Algorithm
  private let handle: gnutls_hash_hd_t
  private var isWhole = true

  /// Begins a digest.
  ///
  /// - Returns: nil when there is no memory, or the algorithm is switched off.
  package init?(_ algorithm: Algorithm) {
    var handle: gnutls_hash_hd_t?
    guard unsafe gnutls_hash_init(&handle, algorithm.identifier) == 0, let handle = unsafe handle
    else { return nil }
    self.algorithm = algorithm
    unsafe self.handle = handle
  }

  deinit {
    unsafe gnutls_hash_deinit(handle, nil)
  }

  /// Takes the next bytes.
  package func append(_ bytes: [UInt8]) {
    let code = unsafe bytes.withUnsafeBytes { unsafe gnutls_hash(handle, $0.baseAddress, $0.count) }
    isWhole = isWhole && code == 0
  }

  /// The digest of all that came; nil when the library failed. Afterwards it begins anew.
  package func value() -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: algorithm.byteCount)
    // SAFETY: the library writes as many bytes as the algorithm's digests have, the size of
    // `value` (gnutls_hash_output(3)).
    unsafe value.withUnsafeMutableBytes { unsafe gnutls_hash_output(handle, $0.baseAddress) }
    return isWhole ? value : nil
  }

  /// The SHA-256 digest of a text in UTF-8, eight bytes a word, the first one lowest; nil when the
  /// library failed, as it does where the algorithm is switched off.
  package static func sha256(of text: String) -> InlineArray<4, UInt64>? {
    var text = text
    var words = InlineArray<4, UInt64>(repeating: 0)
    var output = words.mutableSpan
    let code = text.withUTF8 { input in
      unsafe output.withUnsafeMutableBytes { output in
        // SAFETY: the library reads `input.count` bytes and writes 32 (gnutls_hash_get_len(3)), the
        // size of `output`; both outlive the call.
        unsafe gnutls_hash_fast(
          GNUTLS_DIG_SHA256, input.baseAddress, input.count, output.baseAddress)
      }
    }
    guard code == 0 else { return nil }
    return InlineArray { words[$0].littleEndian }
  }
}
