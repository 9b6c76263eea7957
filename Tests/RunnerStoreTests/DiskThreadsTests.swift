import Dispatch
import Glibc
import Synchronization
import Testing

@testable import RunnerStore

/// Threads that a write or a read of the disk takes, counted.
@Suite(.timeLimit(.minutes(30)))
struct DiskThreadsTests {
  private final class Fixture: Sendable {
    let disk = DiskThreads()
    let threads = Mutex<Set<UInt>>([])
    let isOver = DispatchSemaphore(value: 0)
    let reads: Bool

    init(reads: Bool) { self.reads = reads }

    /// One piece of work that begins the next one, as a stream does whose disk keeps up.
    func go(_ left: Int) {
      let work = { @Sendable [self] in
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        if left > 1 { go(left - 1) } else { isOver.signal() }
      }
      if reads { disk.read(work) } else { disk.write(work) }
    }
  }

  @Test(arguments: [false, true])
  func `what follows a write of the same stream needs no second thread`(reads: Bool) async {
    let fixture = Fixture(reads: reads)
    await withCheckedContinuation { over in
      DispatchQueue.global().async {
        fixture.go(1000)
        fixture.isOver.wait()
        over.resume()
      }
    }
    #expect(fixture.threads.withLock { $0.count } == 1)
  }

  @Test(arguments: [false, true])
  func `work that a thread of another one adds is done`(reads: Bool) async {
    let (one, other) = (DiskThreads(), DiskThreads())
    await withCheckedContinuation { over in
      // The first one's threads are gone by then, or are not those that are to do it.
      let next = { @Sendable in over.resume() }
      if reads {
        one.read { other.read(next) }
      } else {
        one.write { other.write(next) }
      }
    }
    withExtendedLifetime(one) {}
  }

  @Test func `work that a thread adds beside its own next one gets another thread`() async {
    let disk = DiskThreads()
    let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    await withCheckedContinuation { over in
      // Each waits for the other: on one thread alone neither would end.
      disk.write {
        disk.write {
          first.signal()
          second.wait()
          over.resume()
        }
        disk.write {
          second.signal()
          first.wait()
        }
      }
    }
  }
}
