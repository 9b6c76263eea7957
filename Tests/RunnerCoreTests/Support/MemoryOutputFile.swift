import RunnerCore
import Synchronization

/// A file that is none.
final class MemoryOutputFile: OutputFile {
  private let content = Mutex<[UInt8]>([])

  var bytes: [UInt8] { content.withLock { $0 } }

  func append(_ bytes: ArraySlice<UInt8>) -> Int {
    content.withLock { $0 += bytes }
    return bytes.count
  }

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    content.withLock { Array($0.dropFirst(Int(offset)).prefix(count)) }
  }

  func sync() -> Bool { true }
}
