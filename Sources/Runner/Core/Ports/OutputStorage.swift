/// The port to file storage for output too long for memory.
package protocol OutputStorage: Sendable {
  /// Bytes of each stream that need no file.
  var memoryBytesMax: Int { get }

  /// A new, empty file for a stream of a job; nil where that fails, which the adapter logs.
  func create(_ id: JobID, _ stream: OutputStreamName) -> (any OutputFile)?
}
