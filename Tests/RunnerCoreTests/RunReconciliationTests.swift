import FleetSimulation
import Testing

import RunnerCore

/// A node and its rows agree, whatever was on its way when they were compared.
struct RunReconciliationTests {
  private static func run(_ epoch: UInt64 = 1) -> RunKey { RunKey(job: .random(), epoch: epoch) }

  @Test func `a row whose claim may still be answered is not put back`() {
    var runs = RunReconciliation()
    let row = Self.run()
    let claim = runs.claimSent()
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]) == .init())
    #expect(runs.claimAnswered(claim, with: [row]) == [row])
    let actions = runs.renewalAnswered(runs.renewalSent(), rows: [row])
    #expect(actions.thaw == [row] && actions.putBack.isEmpty && actions.kill.isEmpty)
  }

  @Test func `a row whose claim was given up is put back, also while others are on their way`() {
    var runs = RunReconciliation()
    let row = Self.run()
    let claim = runs.claimSent()
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]).putBack.isEmpty)
    let other = runs.claimSent()
    runs.claimAbandoned(claim)
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]).putBack == [row])
    // Until the database has answered that.
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]).putBack == [row])
    runs.putBackAnswered(row)
    #expect(runs.claimAnswered(other, with: []).isEmpty)
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: []) == .init())
  }

  @Test func `a run is judged by no renewal that was sent before its claim was answered`() {
    var runs = RunReconciliation()
    let row = Self.run()
    let claim = runs.claimSent()
    let early = runs.renewalSent()
    #expect(runs.claimAnswered(claim, with: [row]) == [row])
    #expect(runs.renewalAnswered(early, rows: []) == .init())
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: []).kill == [row])
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: []).kill.isEmpty, "once")
  }

  @Test func `a run that was started is never put back, also where its end is lost`() {
    var runs = RunReconciliation()
    let row = Self.run()
    #expect(runs.claimAnswered(runs.claimSent(), with: [row]) == [row])
    #expect(runs.claimAnswered(runs.claimSent(), with: [row]).isEmpty, "a claim that was lost")
    runs.runEnded(row)
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]) == .init(), "it is being told")
    let early = runs.renewalSent()
    runs.endAnswered(row)
    #expect(runs.renewalAnswered(early, rows: [row]) == .init(), "the row was older than the end")
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: []) == .init())
    let actions = runs.renewalAnswered(runs.renewalSent(), rows: [row])
    #expect(actions.endAgain == [row] && actions.putBack.isEmpty)
    #expect(runs.claimAnswered(runs.claimSent(), with: [row]).isEmpty)
    // Ends are remembered up to a bound, the oldest go first.
    for _ in 0..<5000 {
      let other = Self.run()
      _ = runs.claimAnswered(runs.claimSent(), with: [other])
      runs.runEnded(other)
      runs.endAnswered(other)
    }
    #expect(runs.renewalAnswered(runs.renewalSent(), rows: [row]).putBack == [row])
  }
}
