import RunnerCore
import Synchronization

/// Takes no file, and keeps of which jobs files were to be removed.
final class RecordedFiles: JobFileStorage {
  private let removals = Mutex<[JobID]>([])

  /// Jobs whose files were to be removed, in order.
  var discarded: [JobID] { removals.withLock(\.self) }

  func beginUpload(
    _ piece: UploadPiece, for id: JobID, bytesMax: Int
  ) async throws(FileRefusal) -> any FileUpload { throw .sealed }

  func uploads(for id: JobID) async -> [UploadedFile] { [] }

  func seal(_ id: JobID) async throws(FileRefusal) {}

  func unseal(_ id: JobID) {}

  func openFolder(of id: JobID) async throws(FileRefusal) -> Int32 { throw .sealed }

  func collect(_ id: JobID, by rules: FileRules) async -> [JobFile] { [] }

  func discardUploads(for id: JobID) async { removals.withLock { $0.append(id) } }

  func open(_ file: JobFile, of id: JobID) async -> (any OutputFile)? { nil }
}
