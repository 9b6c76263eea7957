import RunnerCore

/// One host with its service: what the service knows, and what the host does to it.
struct SimulatedNode {
  enum Stop { case none, service, host }

  let number: Int
  /// Process of the service: raised by each end.
  var life = 0
  var isUp = false
  /// Never started again before the simulation ends.
  var isGone = false
  /// Whether it has its name.
  var isServing = false
  var isDraining = false
  /// Whether it wrote to an old primary that it had no way to know as such.
  var isSplit = false
  var boot: Int64 = 0
  var stop = Stop.none
  var resumeAt: Int64 = 0
  var stoppedAt: Int64 = 0
  var isReachable = true
  var lease: NodeLease?
  /// The era in which the lease was renewed last.
  var leaseEra: DatabaseEra?
  var watch: LeaseWatch
  /// For `FleetMutation.noPause`: when each lease was first seen as it is.
  var sights: [PeerLease: Int64] = [:]
  var runs = RunReconciliation()
  /// On the disk of the host: the newest era of the database.
  var known: DatabaseEra?
  /// Processes of jobs that are there.
  var processes: [Int] = []
  var hasOpenClaim = false
  /// What CLOCK_BOOTTIME is ahead of the true time, and what it gains in a second.
  let bootOffset: Int64
  let partsPerMillion: Int64
  /// How long the host was suspended, and what its wall clock was set forward.
  var suspended: Int64 = 0
  var wallOffset: Int64 = 0

  init(_ number: Int, terms: LeaseTerms, _ random: inout SplitMixGenerator) {
    self.number = number
    watch = LeaseWatch(terms)
    bootOffset = random.within(0...1_000_000_000)
    partsPerMillion = random.within(-200...200)
  }

  /// CLOCK_BOOTTIME, or the clock that a mutation takes for it.
  func clock(at time: Int64, _ mutation: FleetMutation?) -> Int64 {
    let boot = bootOffset + time + time / 1_000_000 * partsPerMillion
    switch mutation {
    case .deadlineWithoutSuspend: return boot - suspended
    case .deadlineByWallClock: return boot + wallOffset
    default: return boot
    }
  }
}

/// The processes of one run.
struct SimulatedProcess {
  /// `waiting`: claimed, but the lease did not stand when the claim was answered.
  enum State { case waiting, running, frozen, gone }

  let job: Int
  let epoch: UInt64
  let node: Int
  let life: Int
  var state = State.waiting
  /// Microseconds that it still runs; nil for until it is cancelled.
  var left: Int64?
  var runningSince: Int64 = 0
  /// Raised by each freeze and thaw, so that timers of before are stale.
  var timer = 0
  /// Nil for one that was killed because the lease was over.
  var ending: SimulatedEnding? = .exited
}

/// A statement on its way to the database and back.
struct SimulatedStatement {
  enum Kind {
    case join, renew, poll, claim
    case end(Int)
    case putBack(RunKey)
    case settle(Int)
    case adopt
    case takeOver(PeerLease)
    case leave
    case add(Int)
    case cancel(Int)
  }

  enum Result {
    case none
    case joined(Int64)
    case renewed(SimulatedDatabase.Renewal)
    case cancels([RunKey])
    case claimed([SimulatedDatabase.Run])
    case fenced
  }

  let kind: Kind
  let node: Int
  let life: Int
  /// Number of the node's process; for `join` the one that was read.
  let boot: Int64
  /// The life of the database that the connection belongs to.
  let databaseLife: Int
  let isOld: Bool
  let era: DatabaseEra
  /// By the clock of the node.
  let sentAt: Int64
  let snapshot: RunReconciliation.Snapshot
  /// Number of the claim among those of the node.
  var claim = 0
  var result = Result.none
  /// Whether its commit waits for a synchronous standby: that of a renewal does where a run of the
  /// node would be started again elsewhere.
  var isSynchronous = false
  var isAnswerLost = false
  var isDone = false
}
