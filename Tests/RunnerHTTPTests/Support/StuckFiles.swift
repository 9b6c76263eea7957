import Dispatch
import Glibc
import RunnerCore
import Synchronization

/// Files in memory, whose reads wait, or whose transfers fail, while a test says so.
final class StuckFiles: OutputStorage {
  private struct State {
    var isStuck = false
    var isFailing = false
    var waiting: [@Sendable () -> Void] = []
  }

  let memoryBytesMax = 1000
  /// Whether files can be transferred.
  let isTransferable: Bool
  private let queue = DispatchQueue(label: "stuck files")
  private let state = Mutex(State())
  private let reads = DispatchSemaphore(value: 0)

  init(isTransferable: Bool = false) { self.isTransferable = isTransferable }

  fileprivate func onThread(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

  func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile { File(disk: self) }

  func stick() { state.withLock { $0.isStuck = true } }

  /// From now on transfers fail.
  func fail() { state.withLock { $0.isFailing = true } }

  fileprivate var isFailing: Bool { state.withLock { $0.isFailing } }

  /// Returns when `count` more reads wait, which must be soon.
  func awaitReads(_ count: Int) -> Bool {
    (0..<count).allSatisfy { _ in reads.wait(timeout: .now() + 60) == .success }
  }

  func unstick() {
    let waiting = state.withLock { state in
      defer { state = State() }
      return state.waiting
    }
    for work in waiting { work() }
  }

  fileprivate func whenItWorks(_ work: @escaping @Sendable () -> Void) {
    let isStuck = state.withLock { state in
      if state.isStuck { state.waiting.append(work) }
      return state.isStuck
    }
    if isStuck { reads.signal() } else { work() }
  }

  private final class File: OutputFile {
    private let disk: StuckFiles
    private let content = Mutex<[UInt8]>([])

    init(disk: StuckFiles) { self.disk = disk }

    func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) {
      content.withLock { $0 += bytes }
      done(bytes.count)
    }

    func read(
      at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void
    ) {
      disk.whenItWorks { [self] in done(read(at: offset, count: count)) }
    }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
      content.withLock { Array($0.dropFirst(Int(offset)).prefix(count)) }
    }

    var isTransferable: Bool { disk.isTransferable }

    func transfer(
      at offset: UInt64, count: Int, to socket: CInt,
      then done: @escaping @Sendable (TransferStep) -> Void
    ) {
      disk.onThread {
        self.disk.whenItWorks { [self] in
          guard !disk.isFailing else { return done(.failed) }
          let bytes = read(at: offset, count: count)
          let flags = CInt(MSG_NOSIGNAL | MSG_DONTWAIT)
          let sent = unsafe Glibc.send(socket, bytes, bytes.count, flags)
          done(sent > 0 ? .sent(sent) : errno == EAGAIN ? .full : .failed)
        }
      }
    }

    func sync(then done: @escaping @Sendable (Bool) -> Void) { done(true) }
  }
}
