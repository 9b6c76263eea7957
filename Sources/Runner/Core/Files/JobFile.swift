import TextFormats

/// A file that is kept of an ended job.
package struct JobFile: Hashable, Sendable {
  /// Its name in the working folder of the job.
  package let name: FileName
  /// Its length.
  package let byteCount: Int
  /// SHA-256 of its bytes.
  package let digest: [UInt8]

  /// A file of `byteCount` bytes with this SHA-256.
  package init(name: FileName, byteCount: Int, digest: [UInt8]) {
    self.name = name
    self.byteCount = byteCount
    self.digest = digest
  }

  /// A file with this SHA-256 in hexadecimal digits; nil for any other text, and a negative length.
  package init?(name: FileName, byteCount: Int, digestText: String) {
    guard byteCount >= 0, let digest = Hexadecimal.bytes(of: Array(digestText.utf8)[...]),
      digest.count == FileDigest.Algorithm.sha256.byteCount
    else { return nil }
    self.init(name: name, byteCount: byteCount, digest: digest)
  }

  /// The SHA-256 in hexadecimal digits.
  package var digestText: String { Hexadecimal.text(of: digest) }
}
