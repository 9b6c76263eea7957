import RunnerCore
import Synchronization

/// A file that is none. Its disk may be stuck until a test lets it work.
final class MemoryOutputFile: OutputFile {
  private struct State {
    var content: [UInt8] = []
    var isLockProtocolError: Bool
    var waiting: [@Sendable () -> Void] = []
  }

  private let bytesMax: Int
  private let state: Mutex<State>

  /// - Parameter bytesMax: bytes that the disk takes.
  init(isLockProtocolError: Bool = false, bytesMax: Int = .max) {
    self.bytesMax = bytesMax
    self.state = Mutex(State(isLockProtocolError: isLockProtocolError))
  }

  var bytes: [UInt8] { state.withLock { $0.content } }

  /// Reads and writes that wait for the disk.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// The disk works from now on.
  func unstick() {
    while true {
      let waiting = state.withLock { state in
        defer { state.waiting = [] }
        state.isLockProtocolError = !state.waiting.isEmpty
        return state.waiting
      }
      guard !waiting.isEmpty else { return }
      for work in waiting { work() }
    }
  }

  private func whenItWorks(_ work: @escaping @Sendable () -> Void) {
    let isLockProtocolError = state.withLock { state in
      if state.isLockProtocolError { state.waiting.append(work) }
      return state.isLockProtocolError
    }
    if !isLockProtocolError { work() }
  }

  func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) {
    whenItWorks { [self] in
      let count = state.withLock { state in
        let count = min(bytes.count, bytesMax - state.content.count)
        state.content += bytes.prefix(count)
        return count
      }
      done(count)
    }
  }

  func read(
    at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void
  ) {
    whenItWorks { [self] in done(read(at: offset, count: count)) }
  }

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    state.withLock { Array($0.content.dropFirst(Int(offset)).prefix(count)) }
  }

  func sync(then done: @escaping @Sendable (Bool) -> Void) { done(true) }
}

extension CapturedOutput {
  /// What `find` finds, with the bytes that a file has.
  func read(at offset: Int, bytesMax: Int, orCall waiter: OutputWaiter? = nil) -> OutputSlice {
    var reading = find(at: offset, bytesMax: bytesMax, orCall: waiter)
    let count = min(bytesMax, reading.keptBytes - offset)
    if let file = reading.file, count > 0 {
      reading.bytes = file.read(at: UInt64(offset), count: count)[...]
    }
    return reading
  }
}
