import CGnuTLS
import RunnerCore

/// A digest over bytes that come in pieces: gnutls_hash_init(3).
///
/// SAFETY: it owns its handle, from `init` to `deinit`. One task at a time uses it.
@safe final class ContentDigest: @unchecked Sendable {
  let algorithm: FileDigest.Algorithm
  private let handle: gnutls_hash_hd_t
  private var isWhole = true

  /// Begins a digest.
  ///
  /// - Returns: nil when there is no memory, or the algorithm is switched off.
  init?(_ algorithm: FileDigest.Algorithm) {
    var handle: gnutls_hash_hd_t?
    let name = algorithm == .sha256 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512
    guard unsafe gnutls_hash_init(&handle, name) == 0, let handle = unsafe handle else {
      return nil
    }
    self.algorithm = algorithm
    unsafe self.handle = handle
  }

  deinit {
    unsafe gnutls_hash_deinit(handle, nil)
  }

  func append(_ bytes: [UInt8]) {
    let code = unsafe bytes.withUnsafeBytes { unsafe gnutls_hash(handle, $0.baseAddress, $0.count) }
    isWhole = isWhole && code == 0
  }

  /// The digest of all that came; nil when the library failed. Afterwards it begins anew.
  func value() -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: algorithm.byteCount)
    unsafe value.withUnsafeMutableBytes { unsafe gnutls_hash_output(handle, $0.baseAddress) }
    return isWhole ? value : nil
  }
}
