import RunnerCore
import Synchronization

/// A job's document on its way out: encoded in a task, so that neither the work nor the disk holds
/// up the thread that serves all connections, and a bounded part ahead of the connection.
final class BodyReader: FollowSource {
  private struct State {
    /// Blocks that are ready, in order.
    var blocks: [[UInt8]] = []
    /// nil while a task has it, and at the end.
    var reader: JobDocumentReader?
    var isAtEnd = false
    /// Whether that is not the end of the document.
    var isBroken = false
  }

  /// Bytes that are made before they are handed on together; the chunk that reaches it counts too.
  private static let blockBytes = 64 << 10
  /// Blocks that are ready at one time.
  private static let blocksMax = 3
  /// With as many, the next ones are made: two at a time, so that the connection is resumed, and a
  /// task begun, once for both.
  private static let blocksMin = 1

  private let wake: @Sendable () -> Void
  private let state: Mutex<State>

  /// - Parameter wake: called from any thread when a block is ready; it must not block.
  init(_ reader: JobDocumentReader, wake: @escaping @Sendable () -> Void) {
    self.wake = wake
    self.state = Mutex(State(reader: reader))
  }

  func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    let (step, reader): (FollowStep, JobDocumentReader?) = state.withLock { state in
      let step: FollowStep =
        if !state.blocks.isEmpty {
          .bytes(state.blocks.removeFirst()[...])
        } else if state.isAtEnd {
          state.isBroken ? .broken : .end
        } else {
          .wait
        }
      return (step, state.blocks.count <= Self.blocksMin ? state.reader.take() : nil)
    }
    if let reader { Task { await make(reader) } }
    return step
  }

  /// Makes blocks until enough are ready, or all is made.
  private func make(_ taken: JobDocumentReader) async {
    var reader = taken
    var isEnough = false
    while !isEnough {
      var block: [UInt8] = []
      while block.count < Self.blockBytes, let chunk = await reader.nextPiece() {
        guard block.isEmpty else {
          block += chunk
          continue
        }
        block = chunk
        if block.count < Self.blockBytes { block.reserveCapacity(Self.blockBytes * 3 / 2) }
      }
      isEnough = state.withLock { state in
        state.isAtEnd = block.count < Self.blockBytes
        state.isBroken = reader.hasFailed
        if !block.isEmpty { state.blocks.append(block) }
        guard !state.isAtEnd, state.blocks.count >= Self.blocksMax else { return state.isAtEnd }
        state.reader = reader
        return true
      }
      if isEnough { wake() }
      // The few threads of tasks are for others too.
      await Task.yield()
    }
  }
}
