import DigestBase

extension ContentDigest {
  /// Begins a digest of a file: SHA-256.
  ///
  /// - Throws: `ClientFailure` (configuration) where there is no memory.
  static func ofFile() throws(ClientFailure) -> ContentDigest {
    guard let digest = ContentDigest(.sha256) else {
      throw ClientFailure(.configuration, "There is no memory for a digest.")
    }
    return digest
  }
}
