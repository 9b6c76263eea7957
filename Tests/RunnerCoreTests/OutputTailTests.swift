import Testing

@testable import RunnerCore

/// The end of a stream that is longer than what is kept from its start.
@Suite(.timeLimit(.minutes(30)))
struct OutputTailTests {
  private static let all = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 >> 11) & 0x7f }

  private func write(_ bytes: [UInt8], to output: CapturedOutput, by step: Int) {
    for start in stride(from: 0, to: bytes.count, by: step) {
      output.append(bytes[start..<min(start + step, bytes.count)])
    }
  }

  private func expected(_ count: Int, _ head: Int, _ tail: Int) -> [UInt8] {
    count <= head + tail
      ? Array(Self.all[..<count]) : Array(Self.all[..<head] + Self.all[(count - tail)..<count])
  }

  // Proves P-191.
  @Test(
    arguments: [1, 4, 100, 4096, 65_536, 70_000], [0, 1, 3, 64, 4096, 65_536])
  func `start and end are kept, and what is between them is counted`(head: Int, tail: Int) {
    for (count, step) in [
      (0, 1), (head, 7), (head + tail, 1000), (head + tail + 1, 999), (150_000, 65_536),
      (300_000, 1009),
    ] {
      for file in [nil, MemoryOutputFile()] {
        let budget = OutputBudget(bytesMax: 1 << 20)
        let spill = file.map { file in OutputSpill(memoryBytesMax: 1000) { file } }
        let output = CapturedOutput(
          bytesMax: head, tailBytesMax: tail, budget: budget, spill: spill)
        write(Array(Self.all[..<count]), to: output, by: step)
        let live = output.snapshot()
        #expect(live.keptBytes == min(count, head) && live.tailBytes == 0)
        output.finish()
        let captured = output.snapshot()
        let kept = expected(count, head, tail)
        let isKept = captured.joined == kept
        #expect(isKept, "\(head) \(tail) \(count)")
        #expect(captured.totalBytes == UInt64(count))
        #expect(captured.droppedBytes == UInt64(count - kept.count))
        if captured.droppedBytes > 0 { #expect(captured.headBytes == head) }
        let offset = max(0, kept.count - 2)
        #expect(output.read(at: offset, bytesMax: 9).bytes.first == kept[offset...].first)
        if file != nil, head > 1000, count > 1000 { #expect(budget.bytesInUse == 0) }
      }
    }
  }

  @Test func `all of its memory is given back`() {
    let budget = OutputBudget(bytesMax: 1 << 20)
    var output: CapturedOutput? = CapturedOutput(
      bytesMax: 1000, tailBytesMax: 64 << 10, budget: budget)
    output?.append(Self.all[...])
    output?.finish()
    #expect(budget.bytesInUse <= 1000 + (64 << 10))
    output?.evict()
    #expect(output?.snapshot().joined == [] && output?.snapshot().droppedBytes == 300_000)
    output = nil
    #expect(budget.bytesInUse == 0)
    var live: CapturedOutput? = CapturedOutput(
      bytesMax: 1000, tailBytesMax: 64 << 10, budget: budget)
    live?.append(Self.all[...])
    live = nil
    #expect(budget.bytesInUse == 0, "one that never ended")
  }

  @Test func `without memory for it no end is kept`() {
    let budget = OutputBudget(bytesMax: 1024)
    let output = CapturedOutput(bytesMax: 1000, tailBytesMax: 64 << 10, budget: budget)
    output.append(Self.all[..<5000])
    output.finish()
    #expect(output.snapshot().joined == Array(Self.all[..<1000]))
    #expect(output.snapshot().droppedBytes == 4000)
  }

  @Test func `a disk that does not take the end has the start, and all else is counted`() {
    for diskBytes in [2000, 5000, 5500] {
      let file = MemoryOutputFile(bytesMax: diskBytes)
      let output = CapturedOutput(
        bytesMax: 5000, tailBytesMax: 1000, budget: OutputBudget(bytesMax: 1 << 20),
        spill: OutputSpill(memoryBytesMax: 1000) { file })
      write(Array(Self.all[..<20_000]), to: output, by: 500)
      output.finish()
      let captured = output.snapshot()
      let kept = min(diskBytes, 5000)
      let isKept = captured.joined == Array(Self.all[..<kept])
      #expect(isKept && captured.tailBytes == 0)
      #expect(captured.droppedBytes == UInt64(20_000 - kept))
    }
  }

  @Test func `an end that a slow disk takes later is there when the stream has ended`() async {
    let file = MemoryOutputFile(isLockProtocolError: true)
    let output = CapturedOutput(
      bytesMax: 70_000, tailBytesMax: 1000, budget: OutputBudget(bytesMax: 1 << 20),
      spill: OutputSpill(memoryBytesMax: 1000) { file })
    output.append(Self.all[..<100_000])
    output.append(Self.all[100_000..<200_000])
    output.finish()
    file.unstick()
    await output.finished()
    let kept = expected(200_000, 70_000, 1000)
    let isKept = output.snapshot().joined == kept && file.bytes == kept
    #expect(isKept)
  }

  @Test func `no character is made of two halves`() {
    let output = CapturedOutput(
      bytesMax: 4, tailBytesMax: 4, budget: OutputBudget(bytesMax: 1 << 20))
    output.append(Array("abc€----€xy".utf8)[...])
    output.finish()
    let captured = output.snapshot()
    // The start ends within the first sign, the end begins within the second.
    #expect(captured.joined == Array("abc".utf8) + [0xe2] + Array("xy".utf8))
    #expect(captured.tailBytes == 2 && captured.droppedBytes == 9)
  }

  // Proves P-191.
  @Test func `the document says how many bytes are gone, and where`() throws {
    let output = CapturedOutput(
      bytesMax: 4, tailBytesMax: 6, budget: OutputBudget(bytesMax: 1 << 20))
    output.append(Array("startmiddle: error".utf8)[...])
    output.finish()
    var job = JobSnapshot(
      id: .random(), request: try JobRequest(command: "/bin/a", arguments: []),
      client: .unidentified, state: .finished(.exited(code: 1)), stdout: CapturedBytes(),
      stderr: output.snapshot())
    job.accounting = JobAccounting.Record()
    let text = String(decoding: JobDocument(job).bytes(), as: UTF8.self)
    #expect(text.hasPrefix(#"{"stderr":"star error","#))
    #expect(text.contains(#""truncated":{"stderr":8},"truncatedAt":{"stderr":4}"#))
  }
}
