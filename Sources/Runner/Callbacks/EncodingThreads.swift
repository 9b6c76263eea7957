import Synchronization
import SystemBase

/// The threads that encode the bodies of callbacks: they read output that is in a file, and write
/// long bodies to the spool. So many that one whose disk is stuck does not hold up the others, and
/// so few that a stuck disk cannot take all threads of the process.
///
/// Each is started when there is work for it and ends when there is none left: a thread made at the
/// start would keep the privileges of that moment.
final class EncodingThreads: Sendable {
  /// Work for one of the threads.
  struct Work: Sendable {
    let run: @Sendable () -> Void
    /// Called instead of `run` where the system gives no thread at all.
    let refuse: @Sendable () -> Void
  }

  /// Bodies that are encoded at one time.
  static let threadsMax = 4

  private struct Line {
    var waiting = FIFOQueue<Work>()
    var runningCount = 0
  }

  private let line = Mutex(Line())

  /// Does `work` on one of the threads, in order of arrival. The dispatcher bounds how much waits:
  /// `CallbackDispatcher.inFlightMax`.
  func start(_ work: Work) {
    let startsThread = line.withLock { line in
      line.waiting.append(work)
      guard line.runningCount < Self.threadsMax else { return false }
      line.runningCount += 1
      return true
    }
    guard startsThread else { return }
    do throws(DedicatedThread.Failure) {
      // It is not joined: it ends when nothing waits.
      try DedicatedThread { [self] in serve() }.detach()
    } catch {
      for work in stopThread() { work.refuse() }
    }
  }

  private func serve() {
    ThreadRole.callbackEncoding.adopt()
    while let work = next() { work.run() }
  }

  /// - Returns: nil where the thread is to end.
  private func next() -> Work? {
    line.withLock { line in
      let work = line.waiting.popFirst()
      if work == nil { line.runningCount -= 1 }
      return work
    }
  }

  /// Takes back a thread that could not be started.
  ///
  /// - Returns: what no other thread is there to do.
  private func stopThread() -> [Work] {
    line.withLock { line in
      line.runningCount -= 1
      var left: [Work] = []
      while line.runningCount == 0, let work = line.waiting.popFirst() { left.append(work) }
      return left
    }
  }
}
