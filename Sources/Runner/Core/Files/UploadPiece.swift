/// One piece of a file that is sent for a job, as its request announces it.
package struct UploadPiece: Hashable, Sendable {
  /// Name of the file.
  package let name: FileName
  /// Where the piece begins in it; 0 begins the file anew.
  package let offset: Int
  /// Bytes of the piece, where the request says so; another count is refused.
  package let byteCount: Int?
  /// Whether the file ends with it.
  package let isLast: Bool
  /// Whether it is refused where the file is whole already.
  package var replacesNothing = false
  /// Digests that its bytes must have.
  package var contentDigests: [FileDigest] = []
  /// Digests that the file must have, once it ends with the piece.
  package var fileDigests: [FileDigest] = []

  /// A piece at `offset`.
  package init(name: FileName, offset: Int, byteCount: Int?, isLast: Bool) {
    self.name = name
    self.offset = offset
    self.byteCount = byteCount
    self.isLast = isLast
  }
}
