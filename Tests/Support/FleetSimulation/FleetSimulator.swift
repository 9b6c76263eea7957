import RunnerCore

/// Some nodes, one database, their clients, and everything that may go wrong between them, by
/// chance from a seed: the same seed gives the same history.
///
/// The nodes decide by the rules of `RunnerCore`; what stands here is the rows, the ways between,
/// and the order of things. Times are microseconds of the true time, which no node knows.
package struct FleetSimulator {
  static let second: Int64 = 1_000_000
  static let slots = 4
  private static let jobsMax = 1200

  let mutation: FleetMutation?
  let terms = LeaseTerms.standard
  let stepsMax: Int
  var random: SplitMixGenerator
  var events = EventQueue()
  var now: Int64 = 0
  package private(set) var steps = 0
  var database: SimulatedDatabase
  /// Raised whenever all connections end.
  var databaseLife = 0
  var isDatabaseUp = true
  /// While all nodes are cut off.
  var isNetworkUp = true
  /// When the database, or the way to it, was away last: a node may have to come back after that.
  var disturbedAt = Int64.min / 2
  var unreachableSince: Int64 = 0
  /// The standby, from when it does not follow any more until it is promoted.
  var standby: SimulatedDatabase?
  /// The primary of before, once it is back.
  var oldPrimary: SimulatedDatabase?
  var oldLife = 0
  var isFailingOver = false
  /// Whether a commit waits for the standby.
  let isSynchronous: Bool
  /// Whether a node that settles the runs of another one adopts them first, else at once.
  let isAdopting: Bool
  var nodes: [SimulatedNode]
  var processes: [SimulatedProcess] = []
  var statements: [SimulatedStatement] = []
  var oracle = FleetOracle()
  /// By job: whether it may be started again after a loss.
  var restartable: [Bool] = []
  /// From when on nothing fails any more.
  var quietSince: Int64?
  /// What happened, a line each, where that is asked for.
  package private(set) var history: [String] = []
  let isTold: Bool
  private static let ids = (0..<jobsMax).map { number in
    JobID(bytes: (0..<20).map { UInt8(truncatingIfNeeded: $0 < 8 ? number >> (8 * $0) : 7) })
      ?? .random()
  }
  private static let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })

  /// A history of about `steps` events, and of what it takes to come to rest then.
  package init(
    seed: UInt64, steps: Int = 20_000, mutation: FleetMutation? = nil, isAdopting: Bool = false,
    isTold: Bool = false
  ) {
    self.isTold = isTold
    self.isAdopting = isAdopting
    self.mutation = mutation
    stepsMax = steps
    random = SplitMixGenerator(seed: seed)
    isSynchronous = random.chance(500)
    let count = 2 + random.below(3)
    database = SimulatedDatabase(
      jobs: Self.jobsMax, nodes: count, terms: terms, mutation: mutation, ids: Self.ids)
    nodes = []
    for number in 0..<count { nodes.append(SimulatedNode(number, terms: terms, &random)) }
    for node in nodes.indices { events.add(.start, at: random.within(0...Self.second), node) }
    events.add(.submit, at: 2 * Self.second)
    events.add(.cancel, at: 5 * Self.second)
    events.add(.fault, at: 30 * Self.second)
  }

  /// Runs the history.
  ///
  /// - Returns: the promise that was broken, nil where none was.
  package mutating func run() -> String? {
    while oracle.failure == nil, let event = events.next() {
      now = event.time
      guard handle(event) else { continue }
      steps += 1
      if steps & 255 == 0 { oracle.check(database) }
      if steps >= stepsMax, quietSince == nil { becomeQuiet() }
      if let quietSince, now - quietSince > 60 * terms.length || isAtRest { break }
    }
    if oracle.failure == nil { checkRest() }
    return oracle.failure.map { "after \(now / Self.second) s and \(steps) steps: \($0)" }
  }

  /// What happened, in numbers.
  package var summary: String {
    "\(steps) steps, \(now / Self.second) s, \(oracle.records.count) jobs, "
      + "\(oracle.launches) runs, \(oracle.endings) ends, \(oracle.takeovers) take-overs"
  }

  /// - Returns: false where the event was stale.
  private mutating func handle(_ event: SimulationEvent) -> Bool {
    let (a, b) = (event.a, event.b)
    switch event.kind {
    case .start: return start(a, life: b)
    case .renew: return renew(a, life: b)
    case .claim: return claim(a, life: b)
    case .poll: return poll(a, life: b)
    case .freeze: return freeze(a, life: b)
    case .kill: return killUnfrozen(a, life: b)
    case .resume: return resume(a)
    case .heal:
      nodes[a].isReachable = true
      return true
    case .execute: return execute(a)
    case .answer: return answer(a)
    case .timeOut: return timeOut(a)
    case .exit: return exit(a, timer: b)
    case .frozen: return becomeFrozen(a, timer: b)
    case .tell: return tell(a)
    case .submit: return submit()
    case .cancel: return cancelByChance()
    default: return handleWorld(event.kind, a)
    }
  }

  static func number(of run: RunKey) -> Int { numbers[run.job] ?? 0 }

  func key(of process: Int) -> RunKey {
    RunKey(job: Self.ids[processes[process].job], epoch: processes[process].epoch)
  }

  func key(_ job: Int, epoch: UInt64) -> RunKey { RunKey(job: Self.ids[job], epoch: epoch) }

  func clock(_ node: Int) -> Int64 { nodes[node].clock(at: now, mutation) }

  /// A node that is there and has this life.
  func isAlive(_ node: Int, _ life: Int) -> Bool { nodes[node].isUp && nodes[node].life == life }

  mutating func note(_ text: String) {
    let (seconds, part) = now.quotientAndRemainder(dividingBy: Self.second)
    history.append("\(seconds).\(String(part + Self.second).dropFirst()) \(text)")
  }

  // MARK: Clients

  private mutating func submit() -> Bool {
    guard quietSince == nil, oracle.records.count < Self.jobsMax else { return false }
    let job = oracle.records.count
    let isLong = random.chance(60)
    let length = random.within(
      isLong ? 30 * Self.second...150 * Self.second : Self.second / 5...12 * Self.second)
    restartable.append(random.chance(500))
    oracle.records.append(FleetOracle.Record(length: random.chance(40) ? nil : length))
    add(job)
    events.add(.submit, at: now + random.within(Self.second / 5...5 * Self.second))
    return true
  }

  mutating func add(_ job: Int) {
    let up = nodes.filter { $0.isUp && $0.isServing && $0.stop == .none }.map(\.number)
    guard !up.isEmpty else { return }
    send(.add(job), from: up[random.below(up.count)])
  }

  private mutating func cancelByChance() -> Bool {
    guard quietSince == nil else { return false }
    events.add(.cancel, at: now + random.within(Self.second...20 * Self.second))
    let live = oracle.records.indices.suffix(60).filter {
      oracle.records[$0].isAccepted && oracle.records[$0].ending == nil
    }
    guard !live.isEmpty else { return false }
    cancel(live[random.below(live.count)])
    return true
  }

  private mutating func cancel(_ job: Int) {
    let up = nodes.filter { $0.isUp && $0.isServing && $0.stop == .none }.map(\.number)
    guard !up.isEmpty else { return }
    send(.cancel(job), from: up[random.below(up.count)])
  }

  /// Cancels what would run for ever, once all is well.
  mutating func cancelEndless() {
    for job in oracle.records.indices
    where oracle.records[job].length == nil && database.jobs[job].place != .ended
      && !database.jobs[job].isCancelled
    {
      cancel(job)
    }
  }
}
