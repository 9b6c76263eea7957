import Testing

@testable import RunnerCore

/// When which bytes of a stream came.
struct OutputTimesTests {
  private static func time(_ milliseconds: Int64) -> Int64 { 1_800_000_000_000 + milliseconds }

  // Proves P-641.
  @Test func `one mark a second at most, and what came since is found to the second`() {
    var times = OutputTimes()
    for step in 0..<100 { times.record(UInt64(step * 10), at: Self.time(Int64(step) * 100)) }
    #expect(times.marks.count == 10)
    #expect(times.offset(at: Self.time(-1)) == 0)
    #expect(times.offset(at: Self.time(0)) == 0)
    #expect(times.offset(at: Self.time(999)) == 0)
    #expect(times.offset(at: Self.time(1000)) == 100)
    #expect(times.offset(at: Self.time(9999)) == 900)
    #expect(times.offset(at: Self.time(10_000)) == nil, "nothing came after its last second")
    #expect(OutputTimes().offset(at: Self.time(0)) == nil)
  }

  // Twin of P-641.
  @Test func `without marks all of it is what may have come since`() {
    var times = OutputTimes()
    times.record(0, at: Self.time(0))
    #expect(times.offset(at: Self.time(500)) == 0)
    #expect(!times.isWorthKeeping(at: Self.time(999)))
    #expect(times.isWorthKeeping(at: Self.time(1000)))
  }

  @Test func `a clock that is set back makes no mark that contradicts another`() {
    var times = OutputTimes()
    for (offset, milliseconds) in [(0, 5000), (10, 1000), (20, 5999), (30, 6000), (30, 9000)] {
      times.record(UInt64(offset), at: Self.time(Int64(milliseconds)))
    }
    #expect(times.marks.map(\.offset) == [0, 30])
  }

  @Test func `a day of output has as many marks as may be, and they stay in order`() throws {
    var times = OutputTimes()
    for second in 0..<86_400 { times.record(UInt64(second), at: Self.time(Int64(second) * 1000)) }
    #expect(times.marks.count <= OutputTimes.marksMax)
    #expect(times.marks.count > OutputTimes.marksMax / 2)
    #expect(times.intervalMilliseconds == 32_000)
    for second in stride(from: 0, to: 86_400, by: 977) {
      let found = try #require(times.offset(at: Self.time(Int64(second) * 1000)))
      #expect((0...32).contains(second - Int(found)), "\(second)")
    }
  }

  @Test func `what is kept is read as it was, and what is no such file is none`() throws {
    var times = OutputTimes()
    for second in 0..<5000 { times.record(UInt64(second), at: Self.time(Int64(second) * 1000)) }
    var bytes: [UInt8] = []
    times.encode(into: &bytes)
    OutputTimes().encode(into: &bytes)
    var rest = bytes[...]
    #expect(OutputTimes(decoding: &rest) == times)
    #expect(OutputTimes(decoding: &rest) == OutputTimes() && rest.isEmpty)
    for count in [0, 1, 8, 15, 16, 17, 31, 500] {
      var cut = bytes.prefix(count)
      #expect(OutputTimes(decoding: &cut) == nil)
    }
    for index in [7, 15] {
      var changed = bytes
      changed[index] ^= 0xff
      var rest = changed[...]
      #expect(OutputTimes(decoding: &rest) == nil)
    }
  }

  @Test(arguments: [
    [1000, 1, UInt64(Int64.max - 1), 0], [1000, 1, UInt64(bitPattern: -1), 0],
    [UInt64(Int64.max / 2), 1, 1 << 62, 0],
  ])
  func `times and distances that no clock gives are those of a damaged file`(numbers: [UInt64]) {
    let bytes = numbers.flatMap { number in
      stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    var rest = bytes[...]
    #expect(OutputTimes(decoding: &rest) == nil)
  }
}
