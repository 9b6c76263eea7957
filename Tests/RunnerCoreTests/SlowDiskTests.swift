import Synchronization
import Testing

@testable import RunnerCore

/// Streams whose file takes its time: who writes never waits for it, and nothing is lost.
@Suite(.timeLimit(.minutes(30)))
struct SlowDiskTests {
  private static let all = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 >> 11) }

  private func stream(_ file: MemoryOutputFile, bytesMax: Int = 1 << 20) -> CapturedOutput {
    CapturedOutput(
      bytesMax: bytesMax, budget: OutputBudget(bytesMax: 1 << 20),
      spill: OutputSpill(memoryBytesMax: 1000) { file })
  }

  @Test func `a stuck disk pauses its stream, and no other`() {
    let file = MemoryOutputFile(isLockProtocolError: true)
    let (output, other) = (stream(file), stream(MemoryOutputFile()))
    let calls = Mutex(0)
    var rest = Self.all[...]
    var isPaused = false
    while !isPaused {
      isPaused = !output.append(rest.prefix(10_000)) { calls.withLock { $0 += 1 } }
      rest = rest.dropFirst(10_000)
    }
    let taken = Self.all.count - rest.count
    #expect(taken <= 1000 + OutputBacklog.bytesMax + 10_000, "what is held in memory is bounded")
    #expect(output.snapshot().droppedBytes == 0, "what waits for the disk is not lost")
    #expect(other.append(Self.all[...]) { Issue.record("It has room.") })
    #expect(other.snapshot().keptBytes == Self.all.count)
    #expect(calls.withLock { $0 } == 0)
    file.unstick()
    #expect(calls.withLock { $0 } == 1)
    output.append(rest)
    #expect(file.bytes == Self.all && output.snapshot().keptBytes == Self.all.count)
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func `while a write is under way one more piece is taken, and its end ends the pause`() {
    var backlog = OutputBacklog()
    let file = MemoryOutputFile()
    backlog.append([1, 2, 3])
    #expect(backlog.startWrite(to: file)?.bytes == [1, 2, 3])
    #expect(backlog.hasFreeSlot {})
    backlog.append([4])
    #expect(!backlog.hasFreeSlot {})
    #expect(backlog.startWrite(to: file) == nil)
    backlog.endWrite()
    #expect(backlog.startWrite(to: file)?.bytes == [4])
    #expect(backlog.popWhenRoom() != nil && backlog.popWhenRoom() == nil)
  }

  @Test func `a stream has ended once the disk has all of it`() async {
    let file = MemoryOutputFile(isLockProtocolError: true)
    let output = stream(file)
    output.append(Self.all[..<5000])
    output.append(Self.all[5000..<9000])
    let waiter = Mutex(0)
    _ = output.find(
      at: 9000, bytesMax: 1, orCall: OutputWaiter(id: 1) { waiter.withLock { $0 += 1 } })
    let isEnded = Mutex(false)
    output.finish { isEnded.withLock { $0 = true } }
    output.append([1, 2, 3])
    #expect(!isEnded.withLock { $0 } && !output.find(at: 0, bytesMax: 0).isFinal)
    file.unstick()
    #expect(isEnded.withLock { $0 })
    await output.finished()
    let captured = output.snapshot()
    #expect(file.bytes == Array(Self.all[..<9000]) && captured.keptBytes == 9000)
    #expect(captured.totalBytes == 9003, "what comes behind the end is counted")
    #expect(output.find(at: 9000, bytesMax: 1).isFinal && waiter.withLock { $0 } > 0)
  }

  @Test(arguments: [0, 500])
  func `where the file takes nothing, all of the stream stays in memory`(diskBytes: Int) {
    let file = MemoryOutputFile(isLockProtocolError: true, bytesMax: diskBytes)
    let output = stream(file)
    output.append(Self.all[..<900])
    output.append(Self.all[900..<100_000])
    output.append(Self.all[100_000..<120_000])
    file.unstick()
    output.append(Self.all[120_000..<130_000])
    #expect(output.snapshot().joined == Array(Self.all[..<130_000]))
    #expect(!output.snapshot().isInFile && output.snapshot().droppedBytes == 0)
  }

  @Test func `a disk that is full gets no more, and what is lost is counted`() {
    let file = MemoryOutputFile(isLockProtocolError: true, bytesMax: 5000)
    let output = stream(file)
    for start in stride(from: 0, to: 20_000, by: 1000) {
      output.append(Self.all[start..<(start + 1000)])
    }
    file.unstick()
    let captured = output.snapshot()
    #expect(captured.keptBytes == 5000 && captured.droppedBytes == 15_000)
    #expect(output.find(at: 5000, bytesMax: 1).isFinal)
  }

  @Test(arguments: [1000, 64 << 10, 100_000])
  func `past its limit a stream in a file is only counted`(limit: Int) {
    let file = MemoryOutputFile(isLockProtocolError: true)
    let output = stream(file, bytesMax: limit)
    for _ in 1...3 { output.append(Self.all[..<50_000]) }
    file.unstick()
    let captured = output.snapshot()
    #expect(captured.keptBytes == min(limit, 150_000) && captured.totalBytes == 150_000)
  }

  @Test func `who follows a file is told that bytes are pending, and called when they are there`() {
    let file = MemoryOutputFile()
    let output = stream(file)
    output.append(Self.all[..<200_000])
    let stuck = MemoryOutputFile(isLockProtocolError: true)
    stuck.append(file.bytes) { _ in }
    let calls = Mutex(0)
    let ahead = OutputReadAhead { calls.withLock { $0 += 1 } }
    let find = { (offset: Int) in
      var found = output.find(at: offset, bytesMax: 100_000)
      found.file = stuck
      return ahead.complete(found, at: offset, bytesMax: 100_000)
    }
    #expect(find(0).isPending && find(0).bytes.isEmpty && stuck.waitingCount == 2)
    stuck.unstick()
    var got: [UInt8] = []
    while got.count < 200_000 {
      let reading = find(got.count)
      if !reading.isPending { got += reading.bytes }
    }
    #expect(got == Array(Self.all[..<200_000]))
    #expect(calls.withLock { $0 } == 4, "one for each block of 64 KiB")
    #expect(find(200_000).bytes.isEmpty && !find(200_000).isPending)
  }

  @Test func `a disk that fails is not waited for`() {
    let ahead = OutputReadAhead {}
    var found = OutputSlice(
      bytes: [], keptBytes: 100, totalBytes: 100, isFinal: true, isEvicted: false)
    found.file = MemoryOutputFile()
    let readings = (0..<2).map { _ in ahead.complete(found, at: 0, bytesMax: 100) }
    #expect(readings.contains { !$0.isPending && $0.bytes.isEmpty })
  }
}
