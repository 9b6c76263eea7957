import Dispatch
import Glibc
import Synchronization
import SystemBase

/// The threads that wait for the disk: so many that one read or write that is stuck does not hold
/// up the others, and so few that a stuck disk cannot take all threads of the process.
final class DiskThreads: Sendable {
  private struct Line {
    var waiting = FIFOQueue<@Sendable () -> Void>()
    var runningCount = 0
    /// The threads that work on it now: those of another line wait for other work.
    var workers: Set<UInt> = []
  }

  /// Threads for writes, and as many again for reads: a full disk does not keep output from being
  /// read.
  static let threadsMax = 4

  private let queue = DispatchQueue(label: "http-runner output", attributes: .concurrent)
  private let writes = Mutex(Line())
  private let reads = Mutex(Line())

  /// Does `work` on one of the threads for writes. Each stream has one write under way at most, so
  /// no more wait than there are streams of jobs that run.
  func write(_ work: @escaping @Sendable () -> Void) {
    guard writes.withLock({ Self.put(work, in: &$0) }) else { return }
    queue.async { [self] in
      ThreadRole.diskWrites.run {
        while let work = writes.withLock({ Self.next(in: &$0) }) { work() }
      }
    }
  }

  /// Does `work` on one of the threads for reads. Each reader and transfer has one under way at
  /// most, so no more wait than there are connections, and transfers that outlived theirs.
  func read(_ work: @escaping @Sendable () -> Void) {
    guard reads.withLock({ Self.put(work, in: &$0) }) else { return }
    queue.async { [self] in
      ThreadRole.diskReads.run {
        while let work = reads.withLock({ Self.next(in: &$0) }) { work() }
      }
    }
  }

  /// One of the line's own threads takes one piece itself when it returns, so that the next write
  /// of a stream wakes no second thread.
  ///
  /// - Returns: whether one more thread is to work.
  private static func put(_ work: @escaping @Sendable () -> Void, in line: inout Line) -> Bool {
    line.waiting.append(work)
    let isWorker = line.workers.contains(UInt(pthread_self()))
    guard line.runningCount < threadsMax, !isWorker || line.waiting.count > 1 else { return false }
    line.runningCount += 1
    return true
  }

  /// - Returns: nil where the thread is to end.
  private static func next(in line: inout Line) -> (@Sendable () -> Void)? {
    let thread = UInt(pthread_self())
    guard let work = line.waiting.popFirst() else {
      line.runningCount -= 1
      line.workers.remove(thread)
      return nil
    }
    line.workers.insert(thread)
    return work
  }
}
