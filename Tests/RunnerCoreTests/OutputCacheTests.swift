import Synchronization
import Testing

@testable import RunnerCore

/// What a stream's file took last is sent from memory to who keeps pace, and read from the disk by
/// all others.
@Suite struct OutputCacheTests {
  private static let all = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 >> 11) }
  private static let piece = 50_000

  private let output = CapturedOutput(
    bytesMax: 1 << 20, budget: OutputBudget(bytesMax: 1 << 20),
    spill: OutputSpill(memoryBytesMax: 1000) { MemoryOutputFile() })

  private func append(_ number: Int) {
    output.append(Self.all[(number * Self.piece)..<((number + 1) * Self.piece)])
  }

  @Test func `who keeps pace with a stream in a file is sent all of it without the disk`() throws {
    let calls = Mutex(0)
    let waiter = OutputWaiter(id: 1) { calls.withLock { $0 += 1 } }
    append(0)
    var sent = Self.piece
    for number in 1..<20 {
      #expect(output.find(at: sent, bytesMax: 16_000, orCall: waiter).bytes.isEmpty)
      append(number)
      while true {
        let found = output.find(at: sent, bytesMax: 16_000)
        guard sent < found.keptBytes else { break }
        #expect(
          found.file == nil
            && found.bytes.elementsEqual(Self.all[sent...].prefix(found.bytes.count)))
        try #require(!found.bytes.isEmpty)
        sent += found.bytes.count
      }
    }
    #expect(sent == Self.all.count && calls.withLock { $0 } == 19)
    output.finish()
    #expect(output.find(at: sent - 1, bytesMax: 1).file != nil, "nothing is held of what has ended")
  }

  @Test func `a client that follows is called when bytes can be read, and not before`() {
    let file = MemoryOutputFile(isLockProtocolError: true)
    let output = CapturedOutput(
      bytesMax: 1 << 20, budget: OutputBudget(bytesMax: 1 << 20),
      spill: OutputSpill(memoryBytesMax: 1000) { file })
    let calls = Mutex(0)
    let waiter = OutputWaiter(id: 1) { calls.withLock { $0 += 1 } }
    _ = output.find(at: 0, bytesMax: 1, orCall: waiter)
    for number in 0..<3 {
      output.append(Self.all[(number * Self.piece)..<((number + 1) * Self.piece)])
      #expect(output.find(at: 0, bytesMax: 1).keptBytes == 0)
    }
    #expect(calls.withLock { $0 } == 0, "the disk has none of it")
    file.unstick()
    #expect(calls.withLock { $0 } == 1 && output.find(at: 0, bytesMax: 1).keptBytes > 0)
  }

  // The twin: where nobody follows, nothing is held.
  @Test func `without a follower, and for one that is behind, the disk has it`() {
    append(0)
    append(1)
    #expect(output.find(at: Self.piece, bytesMax: 1).file != nil)
    _ = output.find(at: 2 * Self.piece, bytesMax: 1, orCall: OutputWaiter(id: 1) {})
    append(2)
    #expect(output.find(at: Self.piece, bytesMax: 1).file != nil, "it was written before")
    #expect(output.find(at: 2 * Self.piece, bytesMax: 1).file == nil)
    for number in 3..<12 { append(number) }
    let behind = output.find(at: 2 * Self.piece, bytesMax: 1)
    #expect(behind.file != nil && behind.bytes.isEmpty)
    #expect(output.find(at: 11 * Self.piece, bytesMax: 1).file != nil, "nobody waited since")
  }
}
