import Testing

@testable import RunnerCore

/// What is kept of a stream, and who pays for it.
struct CapturedOutputTests {
  private func bytes(_ count: Int, _ value: UInt8 = 0x61) -> ArraySlice<UInt8> {
    [UInt8](repeating: value, count: count)[...]
  }

  private func text(_ captured: CapturedBytes) -> [UInt8] {
    (0..<captured.pieceCount).flatMap { captured.piece($0) }
  }

  @Test(arguments: [1, 255, 256, 257, 65_535, 65_536, 65_537, 200_000])
  func `what fits is kept in order`(count: Int) {
    let output = CapturedOutput(bytesMax: 1 << 20, budget: OutputBudget(bytesMax: 1 << 20))
    let all = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var rest = all[...]
    while !rest.isEmpty {
      output.append(rest.prefix(1000))
      rest = rest.dropFirst(1000)
    }
    let captured = output.snapshot()
    #expect(text(captured) == all)
    #expect(captured.keptBytes == count && captured.totalBytes == UInt64(count))
    #expect(captured.droppedBytes == 0 && !captured.isEvicted)
  }

  @Test(arguments: [0, 1, 1000, 65_536, 100_000])
  func `past its limit a stream is only counted`(limit: Int) {
    let output = CapturedOutput(bytesMax: limit, budget: OutputBudget(bytesMax: 1 << 20))
    for _ in 1...3 { output.append(bytes(50_000)) }
    let captured = output.snapshot()
    #expect(captured.keptBytes == limit)
    #expect(captured.totalBytes == 150_000)
    #expect(captured.droppedBytes == UInt64(150_000 - limit))
    #expect(!captured.isEvicted)
  }

  @Test func `with the budget spent running jobs keep no more`() {
    let budget = OutputBudget(bytesMax: 128 << 10)
    let greedy = CapturedOutput(bytesMax: 1 << 20, budget: budget)
    greedy.append(bytes(1 << 20))
    #expect(greedy.snapshot().keptBytes == 128 << 10)
    let late = CapturedOutput(bytesMax: 1 << 20, budget: budget)
    late.append(bytes(10))
    #expect(late.snapshot().keptBytes == 0 && late.snapshot().totalBytes == 10)
    #expect(budget.bytesInUse == 128 << 10)
  }

  @Test func `ended jobs give up their output oldest first and say so`() {
    let budget = OutputBudget(bytesMax: 256 << 10)
    let ended = (0..<3).map { _ in CapturedOutput(bytesMax: 1 << 20, budget: budget) }
    for output in ended {
      output.append(bytes(64 << 10))
      output.finish()
      budget.markEvictable(output)
    }
    let running = CapturedOutput(bytesMax: 1 << 20, budget: budget)
    running.append(bytes(192 << 10))
    #expect(ended.map { $0.snapshot().isEvicted } == [true, true, false])
    #expect(ended.map { $0.snapshot().droppedBytes } == [64 << 10, 64 << 10, 0])
    #expect(running.snapshot().keptBytes == 192 << 10)
    #expect(budget.bytesInUse == 256 << 10)
  }

  @Test func `a forgotten output is not released in place of another`() {
    let budget = OutputBudget(bytesMax: 128 << 10)
    let outputs = (0..<2).map { _ in CapturedOutput(bytesMax: 1 << 20, budget: budget) }
    for output in outputs {
      output.append(bytes(64 << 10))
      output.finish()
      budget.markEvictable(output)
    }
    budget.removeEvictable(outputs[0])
    CapturedOutput(bytesMax: 1 << 20, budget: budget).append(bytes(1))
    #expect(outputs.map { $0.snapshot().isEvicted } == [false, true])
  }

  @Test(arguments: [100, 64 << 10, 100_000])
  func `what a snapshot holds stays charged until it goes`(count: Int) {
    let budget = OutputBudget(bytesMax: 1 << 20)
    var output: CapturedOutput? = CapturedOutput(bytesMax: 1 << 20, budget: budget)
    output?.append(bytes(count))
    output?.finish()
    var held = output?.snapshot()
    output?.evict()
    output = nil
    #expect(budget.bytesInUse >= count)
    #expect(held.map(text)?.count == count)
    held = nil
    #expect(budget.bytesInUse == 0)
  }

  @Test func `a stream that ended takes no more`() {
    let budget = OutputBudget(bytesMax: 1 << 20)
    let output = CapturedOutput(bytesMax: 1 << 20, budget: budget)
    output.append(bytes(10))
    output.finish()
    output.finish()
    output.append(bytes(5))
    #expect(text(output.snapshot()).count == 10)
    #expect(output.snapshot().totalBytes == 15)
    output.evict()
    output.evict()
    #expect(output.snapshot().isEvicted && output.snapshot().droppedBytes == 15)
    #expect(budget.bytesInUse == 0)
  }

  @Test func `an output that kept nothing has nothing to release`() {
    let output = CapturedOutput(bytesMax: 1 << 20, budget: OutputBudget(bytesMax: 1 << 20))
    output.evict()
    #expect(!output.snapshot().isEvicted)
  }

  @Test func `many writers never exceed the budget and leave it empty`() async {
    let budget = OutputBudget(bytesMax: 1 << 20)
    let peaks = await withTaskGroup(of: Int.self) { group in
      for writer in 0..<8 {
        group.addTask {
          var peak = 0
          for round in 0..<40 {
            let output = CapturedOutput(bytesMax: 300_000, budget: budget)
            var kept: [CapturedBytes] = []
            for step in 0..<20 {
              output.append(bytes(1 + (writer * 7919 + round * 104_729 + step * 15_485) % 60_000))
              peak = max(peak, budget.bytesInUse)
              if step % 5 == 0 { kept.append(output.snapshot()) }
            }
            output.finish()
            budget.markEvictable(output)
            let captured = output.snapshot()
            #expect(captured.totalBytes == UInt64(captured.keptBytes) + captured.droppedBytes)
            if round % 3 == 0 { budget.removeEvictable(output) }
          }
          return peak
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(peaks.allSatisfy { $0 <= 1 << 20 })
    // What is left belongs to outputs that were retired and not forgotten: one charge that no
    // budget can grant makes them all give up theirs.
    #expect(!budget.charge(2 << 20))
    #expect(budget.bytesInUse == 0)
  }

  @Test func `a charge that fits does not fail beside one that does not`() async {
    let budget = OutputBudget(bytesMax: 1000)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        let granted = (1...400_000).count { _ in budget.charge(1001) }
        #expect(granted == 0)
      }
      group.addTask {
        let refused = (1...400_000).count { _ in
          guard budget.charge(1000) else { return true }
          budget.refund(1000)
          return false
        }
        #expect(refused == 0)
      }
    }
    #expect(budget.bytesInUse == 0)
  }
}
