import Glibc
import Synchronization

/// Hands each server of each test process ids of its own, so that "no process of these ids is
/// left" can be asked while other tests run.
package enum IdentityRanges {
  /// How many ids a server gets: the default, since each is looked up as it starts.
  package static let size: UInt32 = 272

  private static let used = Mutex<UInt32>(0)
  /// Far from accounts, and below the range that the service takes where nobody chooses.
  private static let lowest: UInt32 = 0x6000_0000
  /// Room for 963 servers and runs of tools: the suite has some 300 in one process.
  private static let sizePerProcess: UInt32 = 1 << 18

  package static func next() -> ClosedRange<UInt32> {
    let index = used.withLock { count in
      defer { count += 1 }
      return count % (sizePerProcess / size)
    }
    // Of the lanes that run side by side, four at most, none has the ids of another, whatever the
    // numbers of their processes are.
    let lane = Environment["HTTP_RUNNER_TEST_LANE"].flatMap { UInt32($0) } ?? 0
    let process = UInt32(getpid()) & 0xff | (lane & 3) << 8
    let first = lowest + process * sizePerProcess + index * size
    return first...(first + size - 1)
  }
}
