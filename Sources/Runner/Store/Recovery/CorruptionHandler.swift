import RunnerCore
import Synchronization

/// Reaction to corruption found while the service runs: reading goes on, one log line is written,
/// and the next start salvages the readable rows into a new file. A file that was removed gets its
/// line too.
final class CorruptionHandler: Sendable {
  private let path: String
  private let marker: FolderMarker
  private let log: any Logger
  private let isDone = Atomic<Bool>(false)
  private let isMoveTold = Atomic<Bool>(false)

  init(_ path: String, _ marker: FolderMarker, _ log: any Logger) {
    self.path = path
    self.marker = marker
    self.log = log
  }

  /// Checks a failure for corruption, and for a file that is gone.
  func handle(_ failure: SQLFailure) {
    if failure.isMove, !isMoveTold.exchange(true, ordering: .relaxed) {
      log.log(
        .error, "store.removed",
        "the store \(path) is not at its place any more (\(failure)): no jobs are accepted, and "
          + "the ends of those that run are not kept. Put it back where it was, or start the "
          + "service again",
        ["path": .text(path)])
    }
    guard failure.isCorruption, !isDone.exchange(true, ordering: .relaxed) else { return }
    marker.mark([.used, .damaged])
    log.log(
      .error, "store.damaged",
      "the store \(path) is damaged (\(failure)): what can be read of it is served; restart the "
        + "service, and it carries that into a new store",
      ["path": .text(path), "error": "\(failure)"])
  }
}
