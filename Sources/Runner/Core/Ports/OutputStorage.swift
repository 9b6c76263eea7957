/// The port to file storage for output too long for memory.
package protocol OutputStorage: Sendable {
  /// Bytes of each stream that need no file.
  var memoryBytesMax: Int { get }

  /// A new, empty file for a stream of a job. It is made with the first write, off the caller's
  /// thread: where that fails, which the adapter logs, the write has taken nothing.
  func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile
}
