/// The port to file storage for output too long for memory.
package protocol OutputStorage: Sendable {
  /// Bytes of each stream that need no file.
  var memoryBytesMax: Int { get }

  /// A new, empty file for a stream of a job. It is made with the first write, off the caller's
  /// thread: where that fails, which the adapter logs, the write has taken nothing.
  func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile

  /// Keeps when the output of a job came, until the job is forgotten. A disk that fails keeps
  /// nothing.
  func keep(stdout: OutputTimes, stderr: OutputTimes, of id: JobID) async

  /// When a stream came; nil where that was not kept.
  func times(of id: JobID, _ stream: OutputStreamName) async -> OutputTimes?
}

extension OutputStorage {
  /// Keeps nothing, where a storage has no room for it.
  package func keep(stdout: OutputTimes, stderr: OutputTimes, of id: JobID) async {}

  /// Nil, where a storage keeps none.
  package func times(of id: JobID, _ stream: OutputStreamName) async -> OutputTimes? { nil }
}
