/// The port to the files that go with jobs: those that a job takes before it starts, and those that
/// it gives back after its end. The storage waits for the disk on threads of its own.
package protocol JobFileStorage: Sendable {
  /// Begins to take a piece of a file for a job that is held.
  ///
  /// - Throws: `FileRefusal`; nothing has changed then.
  func beginUpload(
    _ piece: UploadPiece, for id: JobID, bytesMax: Int
  ) async throws(FileRefusal) -> any FileUpload

  /// Files that were sent for a job, by name; empty once it has started.
  func uploads(for id: JobID) async -> [UploadedFile]

  /// Refuses further pieces for a job, which is about to start.
  ///
  /// - Throws: `FileRefusal.busy` and `.unfinished`: pieces are still taken then.
  func seal(_ id: JobID) async throws(FileRefusal)

  /// Takes pieces for a sealed job again, because it did not start.
  func unseal(_ id: JobID)

  /// The folder of a job's files, for its launch: a descriptor that the caller closes.
  ///
  /// - Throws: `FileRefusal` where the disk fails.
  func openFolder(of id: JobID) async throws(FileRefusal) -> Int32

  /// Keeps of what a job left those files that `rules` name, and removes all others.
  ///
  /// - Returns: the files that are kept, by name.
  func collect(_ id: JobID, by rules: FileRules) async -> [JobFile]

  /// Removes what was sent for a job, and what it left that is not kept.
  func discardUploads(for id: JobID) async

  /// A kept file, to read.
  func open(_ file: JobFile, of id: JobID) async -> (any OutputFile)?
}
