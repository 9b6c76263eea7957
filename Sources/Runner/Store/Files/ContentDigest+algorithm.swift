import DigestBase
import RunnerCore

extension ContentDigest {
  /// Begins a digest of an algorithm that requests name.
  ///
  /// - Returns: nil when there is no memory, or the algorithm is switched off.
  convenience init?(named algorithm: FileDigest.Algorithm) {
    switch algorithm {
    case .sha256: self.init(.sha256)
    case .sha512: self.init(.sha512)
    }
  }
}
