import Testing

@testable import RunnerCore

/// The count of a minute, against one that keeps every time.
struct SubmissionRatesTests {
  private static let client = Principal(name: "c")

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `no minute has more than the quota, and none is refused without need`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var rates = SubmissionRates()
    var times: [Int64] = []
    var now = Int64.random(in: -100_000_000...100_000_000, using: &random)
    let most = Int.random(in: 1...20, using: &random)
    for _ in 0..<2_000 {
      now += Int64.random(in: 0...6_000_000, using: &random)
      // A minute and the second that a bucket is wide.
      let strict = times.count { now - $0 <= 60_000_000 }
      let wide = times.count { now - $0 < 62_000_000 }
      if let seconds = rates.take(Self.client, most: most, at: now) {
        #expect(wide >= most && (1...61).contains(seconds))
        var later = rates
        let then = now + Int64(seconds) * 1_000_000
        #expect(later.take(Self.client, most: most, at: then) == nil, "as long as it said")
      } else {
        #expect(strict < most)
        times.append(now)
      }
    }
  }

  @Test func `a quota that a reload lowers holds at once`() {
    var rates = SubmissionRates()
    for second in 0..<10 as Range<Int64> {
      #expect(rates.take(Self.client, most: 100, at: second * 1_000_000) == nil)
    }
    #expect(rates.take(Self.client, most: 3, at: 10_000_000) == 58)
  }

  @Test func `what is given back is taken again`() {
    var rates = SubmissionRates()
    #expect(rates.take(Self.client, most: 1, at: 0) == nil)
    #expect(rates.take(Self.client, most: 1, at: 5_000_000) != nil)
    rates.giveBack(Self.client)
    rates.giveBack(Self.client)
    #expect(rates.take(Self.client, most: 1, at: 5_000_000) == nil)
    #expect(rates.take(Self.client, most: 1, at: 5_000_000) != nil)
  }

  @Test func `principals that were silent for a minute are forgotten`() {
    var rates = SubmissionRates()
    for number in 0..<100_000 as Range<Int64> {
      let client = Principal(name: "\(number)")
      #expect(rates.take(client, most: 1, at: number * 1_000_000) == nil)
      #expect(rates.count <= 200)
    }
  }
}
