/// Why a file of a job, or a piece of one, was not taken. Nothing of it stays then.
package enum FileRefusal: Error, Hashable, Sendable {
  /// The job has started, or has ended: it takes no more files.
  case sealed
  /// The file, or the job's folder, is in use by another request.
  case busy
  /// The file is whole already, and the request was not to replace it.
  case existing
  /// The piece does not begin where the file ends: the offset that comes next.
  case wrongOffset(Int)
  /// The bytes are fewer or more than was announced.
  case wrongLength
  /// The bytes have another digest than was announced.
  case wrongDigest
  /// All files of the job together would be longer than this.
  case tooLong(Int)
  /// The job has as many files as it may have.
  case tooMany(Int)
  /// A file is not whole: its name, and the offset that comes next.
  case unfinished(FileName, Int)
  /// The disk is full.
  case full
  /// The disk failed: errno by its name.
  case failed(String)
}
