/// A piece of a file on its way to the disk. One task at a time uses it, and ends it once.
package protocol FileUpload: Sendable {
  /// Takes the next bytes.
  ///
  /// - Throws: `FileRefusal`; the piece is gone then, and the upload is over.
  func append(_ bytes: [UInt8]) async throws(FileRefusal)

  /// The piece has come whole: checks it, and keeps it.
  ///
  /// - Throws: `FileRefusal`; the piece is gone then.
  func finish() async throws(FileRefusal) -> UploadedFile

  /// Removes the piece: no more of it comes.
  func abort() async
}
