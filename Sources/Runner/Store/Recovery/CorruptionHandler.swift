import RunnerCore
import Synchronization

/// What is done about damage that is met while the service runs: it goes on with what can be read,
/// says so once, and the next start carries the good rows into a new file.
final class CorruptionHandler: Sendable {
  private let path: String
  private let marker: FolderMarker
  private let log: any Logger
  private let isDone = Atomic<Bool>(false)

  init(_ path: String, _ marker: FolderMarker, _ log: any Logger) {
    self.path = path
    self.marker = marker
    self.log = log
  }

  /// Looks at what SQLite said.
  func handle(_ failure: SQLFailure) {
    guard failure.isCorruption, !isDone.exchange(true, ordering: .relaxed) else { return }
    marker.mark([.used, .damaged])
    log.log(
      .error,
      "the store \(path) is damaged (\(failure)): what can be read of it is served; restart the "
        + "service, and it carries that into a new store")
  }
}
