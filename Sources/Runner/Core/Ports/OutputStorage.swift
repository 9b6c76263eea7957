/// The port to the folder in which long output is kept.
package protocol OutputStorage: Sendable {
  /// Bytes of each stream that need no file.
  var memoryBytesMax: Int { get }

  /// A new, empty file for a stream of a job; nil where that fails, which the adapter logs.
  func create(_ id: JobID, _ stream: OutputStreamName) -> (any OutputFile)?
}
