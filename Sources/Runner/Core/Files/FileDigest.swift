/// A digest of bytes (RFC 9530).
package struct FileDigest: Hashable, Sendable {
  /// The algorithms that are checked, by their names in the registry of RFC 9530.
  package enum Algorithm: String, Sendable, CaseIterable {
    case sha256 = "sha-256"
    case sha512 = "sha-512"

    /// Bytes of a digest.
    package var byteCount: Int { self == .sha256 ? 32 : 64 }
  }

  /// How it was made.
  package let algorithm: Algorithm
  /// Its value.
  package let bytes: [UInt8]

  /// A digest; nil where it has another length than its algorithm gives.
  package init?(_ algorithm: Algorithm, _ bytes: [UInt8]) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.algorithm = algorithm
    self.bytes = bytes
  }
}
