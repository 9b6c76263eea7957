import Testing

@testable import RunnerCore

/// When a node may take over another one.
struct LeaseWatchTests {
  private static let second: Int64 = 1_000_000
  private static let era = DatabaseEra(system: 7, timeline: 1, started: 0)

  /// Renews at each of these seconds, and returns those at which `peer` may be taken over.
  private static func takeovers(
    at seconds: [Int64], era: (Int64) -> DatabaseEra = { _ in Self.era }, delay: Int64 = 0,
    peer: (Int64) -> PeerLease
  ) -> [Int64] {
    var watch = LeaseWatch(.standard)
    return seconds.filter { time in
      let sent = time * Self.second
      return !watch.observe(
        [peer(time)], in: era(time), sentAt: sent, answeredAt: sent + delay * Self.second
      ).isEmpty
    }
  }

  private static func dead(_: Int64) -> PeerLease { PeerLease(node: "a", boot: 1, mark: 5) }

  // Twin of P-659.
  @Test func `a node that is silent for the length of a lease is taken over`() {
    let seconds = Array(stride(from: Int64(0), through: 80, by: 10))
    #expect(Self.takeovers(at: seconds, peer: Self.dead) == [60, 70, 80])
    // It is asked for at the very moment.
    var watch = LeaseWatch(.standard)
    #expect(watch.nextDue == nil)
    for second in [Int64(3), 13] {
      _ = watch.observe(
        [Self.dead(0)], in: Self.era, sentAt: second * Self.second,
        answeredAt: second * Self.second + 7)
    }
    #expect(watch.nextDue == 63 * Self.second + 7)
  }

  // Proves P-659.
  @Test func `a node that renews is not taken over, whatever its times say`() {
    let seconds = Array(stride(from: Int64(0), through: 600, by: 10))
    // Its renewals come each 50 s, and the database's clock jumps to and fro.
    let peer = { (time: Int64) in PeerLease(node: "a", boot: 1, mark: time / 50 % 2 == 0 ? 9 : -9) }
    #expect(Self.takeovers(at: seconds, peer: peer).isEmpty)
  }

  // Proves P-659.
  @Test func `after an outage each node has the length of a lease to come back`() {
    let outage: [Int64] = [0, 10, 20, 600, 610, 620, 630, 640, 650, 660]
    #expect(Self.takeovers(at: outage, peer: Self.dead) == [660])
    // The database was restarted, or a standby promoted, with no pause that can be seen.
    let seconds = Array(stride(from: Int64(0), through: 120, by: 10))
    for next in [
      DatabaseEra(system: 7, timeline: 1, started: 45),
      DatabaseEra(system: 7, timeline: 2, started: 0),
    ] {
      let found = Self.takeovers(at: seconds, era: { $0 < 50 ? Self.era : next }, peer: Self.dead)
      #expect(found == [110, 120])
    }
    // Answers that take half a lease say nothing of what others could do meanwhile.
    #expect(Self.takeovers(at: seconds, delay: 30, peer: Self.dead).isEmpty)
  }

  // Proves P-659.
  @Test func `another process of the name, and one that left, begin anew`() {
    let seconds = Array(stride(from: Int64(0), through: 110, by: 10))
    let found = Self.takeovers(at: seconds) { time in
      PeerLease(node: "a", boot: time < 50 ? 1 : 2, mark: 5)
    }
    #expect(found == [110])
    var watch = LeaseWatch(.standard)
    for second in stride(from: Int64(0), through: 100, by: 10) {
      let peers = second == 30 ? [] : [Self.dead(0)]
      let time = second * Self.second
      let found = watch.observe(peers, in: Self.era, sentAt: time, answeredAt: time)
      #expect(found.isEmpty == (second < 100), "\(second)")
    }
  }
}
