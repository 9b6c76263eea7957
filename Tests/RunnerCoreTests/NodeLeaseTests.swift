import Testing

@testable import RunnerCore

/// What a node does about its runs, by its own clock alone, and which databases it goes on with.
struct NodeLeaseTests {
  private static let second: Int64 = 1_000_000

  // Proves P-658.
  @Test func `a lease is over by when its renewal was sent, before another node may think so`() {
    var lease = NodeLease(.standard, sentAt: 100 * Self.second)
    #expect(lease.deadline == 155 * Self.second)
    #expect(lease.duty(at: lease.deadline - 1) == .run)
    #expect(lease.duty(at: lease.deadline) == .freeze)
    #expect(lease.duty(at: lease.deadline + 2_499_999) == .freeze)
    #expect(lease.duty(at: lease.deadline + 2_500_000) == .kill)
    lease.renew(sentAt: 110 * Self.second)
    #expect(lease.duty(at: 156 * Self.second) == .run)
    // An answer that comes late, and one to an older request.
    lease.renew(sentAt: 105 * Self.second)
    #expect(lease.deadline == 165 * Self.second)
    #expect(lease.duty(at: 400 * Self.second) == .kill)
  }

  // Twin of P-658.
  @Test func `a node that was refused has nothing to renew`() {
    var lease = NodeLease(.standard, sentAt: 0)
    lease.fence()
    lease.renew(sentAt: 10 * Self.second)
    #expect(lease.duty(at: 11 * Self.second) == .fenced)
  }

  private static let era = DatabaseEra(system: 7, timeline: 2, started: 50)

  // Proves P-661.
  @Test(
    arguments: [
      (DatabaseEra(system: 7, timeline: 1, started: 90), .older),
      (DatabaseEra(system: 8, timeline: 2, started: 50), .foreign),
      (DatabaseEra(system: 8, timeline: 3, started: 50), .foreign),
    ] as [(DatabaseEra, DatabaseEra.Succession)])
  func `an old primary and another database are refused`(
    next: DatabaseEra, succession: DatabaseEra.Succession
  ) {
    #expect(Self.era.succession(to: next) == succession && !succession.isAccepted)
  }

  // Twin of P-661.
  @Test(
    arguments: [
      (Self.era, .same), (DatabaseEra(system: 7, timeline: 2, started: 40), .restarted),
      (DatabaseEra(system: 7, timeline: 3, started: 40), .promoted),
    ] as [(DatabaseEra, DatabaseEra.Succession)])
  func `a restart and a promotion are gone on with`(
    next: DatabaseEra, succession: DatabaseEra.Succession
  ) {
    #expect(Self.era.succession(to: next) == succession && succession.isAccepted)
  }
}
