/// Compares the runs that the database has of this node with those that this process has.
///
/// A renewal returns the rows of one moment between its request and its answer, while claims and
/// ends are on their way. So a run is judged only by a renewal that was sent after its claim was
/// answered, and a row without a run only when each claim that may have made it is over.
package struct RunReconciliation: Sendable {
  /// What the database and this process have to do to agree.
  package struct Actions: Hashable, Sendable {
    /// Rows of runs that this process did not start and will not: back into the queue.
    package var putBack: [RunKey] = []
    /// Runs without a row: another node has their jobs, or their claims were lost.
    package var kill: [RunKey] = []
    /// Rows of runs that ended here, and whose end was confirmed: a failover has lost it. They were
    /// started, so they are not put back; their end is told again.
    package var endAgain: [RunKey] = []
    /// Runs with their rows: to be thawed where they are frozen, if the lease stands.
    package var thaw: [RunKey] = []

    /// Nothing.
    package init() {}
  }

  /// What was known when a renewal was sent.
  package struct Snapshot: Hashable, Sendable {
    fileprivate let event: Int
  }

  /// Ends that are remembered for the case that a failover loses them.
  private static let endedMax = 4096

  /// Counts claims and ends, so that renewals can be ordered among them.
  private var event = 0
  /// Runs that were started, or are about to be, each with the event of its claim.
  private var running: [RunKey: Int] = [:]
  /// Runs that ended, as long as the database has neither confirmed nor refused that.
  private var ending: Set<RunKey> = []
  /// Runs whose end it has confirmed or refused, each with that event.
  private var ended: [RunKey: Int] = [:]
  /// The keys of `ended`, oldest first from `oldestEnded` on, in a ring of at most `endedMax`.
  private var endedOrder: [RunKey] = []
  private var oldestEnded = 0
  /// Claims that are neither answered nor given up.
  private var openClaims: Set<Int> = []
  /// Rows without a run, each with the last claim that may have made it.
  private var strangers: [RunKey: Int] = [:]

  /// No runs, as at the start of a process.
  package init() {}

  /// A claim is sent, or an addition that may claim.
  ///
  /// - Returns: its number, for when it is over.
  package mutating func claimSent() -> Int {
    event += 1
    openClaims.insert(event)
    return event
  }

  /// A claim is answered: only now may its runs be started.
  ///
  /// - Returns: those to start. A failover that lost a claim may give a run to its node again,
  ///   which goes on with what it has.
  package mutating func claimAnswered(_ claim: Int, with runs: [RunKey]) -> [RunKey] {
    openClaims.remove(claim)
    event += 1
    return runs.filter { run in
      strangers[run] = nil
      guard ended[run] == nil, !ending.contains(run) else { return false }
      return running.updateValue(event, forKey: run) == nil
    }
  }

  /// A claim is given up without an answer, which is not read if it comes still.
  package mutating func claimAbandoned(_ claim: Int) { openClaims.remove(claim) }

  /// A run has ended, and its end is going to be told until the database confirms or refuses it.
  package mutating func runEnded(_ run: RunKey) {
    running[run] = nil
    ending.insert(run)
  }

  /// The database has confirmed the end of a run, or refused it.
  package mutating func endAnswered(_ run: RunKey) {
    event += 1
    running[run] = nil
    ending.remove(run)
    guard ended.updateValue(event, forKey: run) == nil else { return }
    if endedOrder.count < Self.endedMax {
      endedOrder.append(run)
    } else {
      ended[endedOrder[oldestEnded]] = nil
      endedOrder[oldestEnded] = run
      oldestEnded = (oldestEnded + 1) % Self.endedMax
    }
  }

  /// A run that was not started is back in the queue.
  package mutating func putBackAnswered(_ run: RunKey) {
    running[run] = nil
    strangers[run] = nil
  }

  /// A renewal is sent.
  ///
  /// - Returns: what its answer is to be compared with.
  package func renewalSent() -> Snapshot { Snapshot(event: event) }

  /// A renewal is answered with the runs that the database has of this node.
  package mutating func renewalAnswered(
    _ snapshot: Snapshot, rows: [RunKey]
  ) -> Actions {
    var actions = Actions()
    let rows = Set(rows)
    for (run, claimed) in running {
      if rows.contains(run) {
        actions.thaw.append(run)
      } else if claimed <= snapshot.event {
        actions.kill.append(run)
      }
    }
    for run in actions.kill { endAnswered(run) }
    strangers = strangers.filter { rows.contains($0.key) }
    for run in rows where running[run] == nil && !ending.contains(run) {
      if let confirmed = ended[run] {
        if confirmed <= snapshot.event { actions.endAgain.append(run) }
        continue
      }
      let lastClaim = strangers[run] ?? event
      strangers[run] = lastClaim
      if openClaims.allSatisfy({ $0 > lastClaim }) { actions.putBack.append(run) }
    }
    return actions
  }
}
