/// A file that was sent for a job which has not started.
package struct UploadedFile: Hashable, Sendable {
  /// Its name in the working folder of the job.
  package let name: FileName
  /// Bytes that are there.
  package let byteCount: Int
  /// Whether the last piece of it has come.
  package let isWhole: Bool

  /// A file of which `byteCount` bytes are there.
  package init(name: FileName, byteCount: Int, isWhole: Bool) {
    self.name = name
    self.byteCount = byteCount
    self.isWhole = isWhole
  }
}
