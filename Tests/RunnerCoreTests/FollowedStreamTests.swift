import Synchronization
import Testing

@testable import RunnerCore

/// Reading a stream by places while it grows, and being called when there is more.
@Suite(.timeLimit(.minutes(30)))
struct FollowedStreamTests {
  private static let all = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 >> 11) }

  private func stream(
    _ bytesMax: Int = 1 << 20, budget: Int = 1 << 20, _ spill: OutputSpill? = nil
  ) -> CapturedOutput {
    CapturedOutput(bytesMax: bytesMax, budget: OutputBudget(bytesMax: budget), spill: spill)
  }

  @Test(arguments: [false, true], [1000, 65_536, 70_001])
  func `a place is found whatever pieces the stream came in`(inFile: Bool, step: Int) throws {
    let file = MemoryOutputFile()
    let output = stream(1 << 20, inFile ? OutputSpill(memoryBytesMax: 100_000) { file } : nil)
    var written = 0
    let places = [0, 1, 65_535, 65_536, 65_537, 131_071, 131_072, 140_000, 199_999, 200_000]
    let check = { (captured: CapturedBytes?) in
      for place in places {
        for bytesMax in [1, 1000, 100_000] {
          let reading =
            captured?.read(at: place, bytesMax: bytesMax)
            ?? output.read(at: place, bytesMax: bytesMax)
          let expected = Self.all[min(place, written)..<written].prefix(bytesMax)
          // Pieces end where chunks do, but never without a byte.
          #expect(expected.starts(with: reading.bytes), "\(place)")
          #expect(reading.bytes.isEmpty == expected.isEmpty, "\(place)")
          #expect(reading.keptBytes == written && reading.totalBytes == UInt64(written))
        }
      }
    }
    while written < Self.all.count {
      let end = min(written + step, Self.all.count)
      output.append(Self.all[written..<end])
      written = end
      check(nil)
    }
    check(output.snapshot())
    output.finish()
    check(nil)
    check(output.snapshot())
    #expect((file.bytes.isEmpty) != inFile)
  }

  @Test func `who finds nothing is called once, when there is more`() {
    let output = stream()
    let calls = Mutex(0)
    let waiter = OutputWaiter(id: 1) { calls.withLock { $0 += 1 } }
    output.append([1, 2, 3])
    #expect(output.read(at: 0, bytesMax: 9, orCall: waiter).bytes == [1, 2, 3])
    output.append([4])
    #expect(calls.withLock { $0 } == 0, "there was something, so nobody waits")
    #expect(output.read(at: 4, bytesMax: 9, orCall: waiter).bytes.isEmpty)
    #expect(output.read(at: 4, bytesMax: 9, orCall: waiter).bytes.isEmpty)
    output.append([5])
    output.append([6])
    #expect(calls.withLock { $0 } == 1)
    #expect(output.read(at: 4, bytesMax: 9, orCall: waiter).bytes == [5, 6])
    _ = output.read(at: 6, bytesMax: 9, orCall: waiter)
    output.removeWaiter(1)
    output.append([7])
    #expect(calls.withLock { $0 } == 1, "who stopped is not called")
    _ = output.read(at: 7, bytesMax: 9, orCall: waiter)
    output.finish()
    #expect(calls.withLock { $0 } == 2, "the end is news")
    let reading = output.read(at: 7, bytesMax: 9, orCall: waiter)
    #expect(reading.isFinal && reading.bytes.isEmpty)
    output.append([8])
    output.evict()
    #expect(calls.withLock { $0 } == 2, "behind the end there is none")
  }

  @Test(arguments: [false, true])
  func `a stream past its limit calls once for that, and then at its end`(byBudget: Bool) {
    let output = byBudget ? stream(1 << 20, budget: 256) : stream(256)
    let calls = Mutex(0)
    let waiter = OutputWaiter(id: 1) { calls.withLock { $0 += 1 } }
    output.append([UInt8](repeating: 1, count: 256)[...])
    #expect(!output.read(at: 256, bytesMax: 9, orCall: waiter).isFinal)
    output.append([2])
    #expect(calls.withLock { $0 } == 1)
    let reading = output.read(at: 256, bytesMax: 9, orCall: waiter)
    #expect(reading.isFinal && reading.keptBytes == 256 && reading.totalBytes == 257)
    for _ in 0..<100 { output.append([3]) }
    #expect(calls.withLock { $0 } == 1)
    output.finish()
    #expect(calls.withLock { $0 } == 2)
  }

  @Test func `who is called may ask the stream at once`() {
    let output = stream()
    let found = Mutex<[[UInt8]]>([])
    _ = output.read(
      at: 0, bytesMax: 9,
      orCall: OutputWaiter(id: 1) {
        let bytes = output.read(at: 0, bytesMax: 9).bytes
        found.withLock { $0.append(Array(bytes)) }
      })
    output.append([1, 2])
    #expect(found.withLock { $0 } == [[1, 2]])
  }

  @Test func `output that is given up is told to be gone`() {
    let output = stream()
    output.append([1, 2, 3])
    output.finish()
    output.evict()
    let reading = output.read(at: 1, bytesMax: 9)
    #expect(reading.isEvicted && reading.isFinal)
    #expect(reading.bytes.isEmpty && reading.keptBytes == 0 && reading.totalBytes == 3)
  }

  @Test(arguments: [false, true])
  func `many who follow at once all get every byte`(inFile: Bool) async {
    let output = stream(
      1 << 20, inFile ? OutputSpill(memoryBytesMax: 50_000) { MemoryOutputFile() } : nil)
    let (got, isRight) = await withTaskGroup(of: [UInt8].self) { group in
      for number in 1...16 {
        group.addTask { await Self.follow(output, as: UInt64(number), bytesMax: number * 997) }
      }
      var rest = Self.all[...]
      while !rest.isEmpty {
        output.append(rest.prefix(1 + rest.count % 777))
        rest = rest.dropFirst(1 + rest.count % 777)
        if rest.count % 10 == 0 { await Task.yield() }
      }
      output.finish()
      return await group.reduce(into: (0, true)) { result, bytes in
        result.0 += 1
        result.1 = result.1 && bytes == Self.all
      }
    }
    #expect(got == 16 && isRight)
  }

  private static func follow(
    _ output: CapturedOutput, as number: UInt64, bytesMax: Int
  ) async -> [UInt8] {
    let (calls, call) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    var iterator = calls.makeAsyncIterator()
    var bytes: [UInt8] = []
    while true {
      let reading = output.read(
        at: bytes.count, bytesMax: bytesMax, orCall: OutputWaiter(id: number) { call.yield() })
      bytes += reading.bytes
      guard reading.bytes.isEmpty else { continue }
      if reading.isFinal { return bytes }
      _ = await iterator.next()
    }
  }
}
