import Dispatch
import RunnerCore
import Synchronization
import SystemBase

/// Output files in memory, whose reads wait on the caller's thread while a test says so.
final class StuckDisk: OutputStorage {
  let memoryBytesMax = 1000
  /// The threads that asked for a read while the disk was stuck.
  let readers = Recorder<ThreadRole?>()
  private let isStuck = Mutex(false)
  private let released = DispatchSemaphore(value: 0)

  func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile { File(disk: self) }

  func stick() { isStuck.withLock { $0 = true } }

  func unstick() {
    isStuck.withLock { $0 = false }
    released.signal()
  }

  fileprivate func wait() {
    guard isStuck.withLock(\.self) else { return }
    readers.record(ThreadRole.current)
    released.wait()
    // For the next one that waits.
    released.signal()
  }

  private final class File: OutputFile {
    private let disk: StuckDisk
    private let content = Mutex<[UInt8]>([])

    init(disk: StuckDisk) { self.disk = disk }

    func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) {
      content.withLock { $0 += bytes }
      done(bytes.count)
    }

    func read(
      at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void
    ) {
      done(read(at: offset, count: count))
    }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
      disk.wait()
      return content.withLock { Array($0.dropFirst(Int(offset)).prefix(count)) }
    }

    func sync(then done: @escaping @Sendable (Bool) -> Void) { done(true) }
  }
}
