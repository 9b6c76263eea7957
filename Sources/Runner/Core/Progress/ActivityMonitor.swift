import RunnerProgress
import Synchronization

/// Notices what shows that a run does something: bytes of its output, and news of its progress.
///
/// A status line that is printed again is no news: a stream from which progress is read counts by
/// what it says of that, once it has said something.
final class ActivityMonitor: OutputObserver {
  /// All that was noticed; another value after each activity.
  struct Snapshot: Hashable {
    let bytes: UInt64
    let position: JobProgress?
  }

  private let observers: OutputTee
  private let progress: ProgressMonitor?
  private let outputBytes = Atomic<UInt64>(0)
  /// Of streams from which progress is read.
  private let statusBytes = Atomic<UInt64>(0)
  private let pauses = Atomic<Int>(0)

  /// - Parameter observers: all others that take the output of the run, which it hands it on to.
  init(_ observers: [any OutputObserver], _ progress: ProgressMonitor?) {
    self.observers = OutputTee(observers)
    self.progress = progress
  }

  /// What was noticed up to now.
  var mark: Snapshot {
    let position = progress?.position
    var bytes = outputBytes.load(ordering: .relaxed)
    if position == nil { bytes &+= statusBytes.load(ordering: .relaxed) }
    return Snapshot(bytes: bytes, position: position)
  }

  /// Whether output is not read at the moment because an observer has no room: the program may wait
  /// for that.
  var isPaused: Bool { pauses.load(ordering: .relaxed) > 0 }

  func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool {
    let count = UInt64(bytes.count)
    if progress?.reads(stream) == true {
      statusBytes.wrappingAdd(count, ordering: .relaxed)
    } else {
      outputBytes.wrappingAdd(count, ordering: .relaxed)
    }
    guard let whenRoom else { return observers.append(bytes, of: stream) }
    pauses.add(1, ordering: .relaxed)
    let hasRoom = observers.append(bytes, of: stream) { [self] in
      pauses.subtract(1, ordering: .relaxed)
      whenRoom()
    }
    if hasRoom { pauses.subtract(1, ordering: .relaxed) }
    return hasRoom
  }
}
