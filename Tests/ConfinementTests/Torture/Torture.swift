import Glibc
import TestSupport

/// The rounds of `TortureTests`.
struct Torture {
  /// How long a life lasts at most once it listens.
  private static let lifeMicroseconds = 120_000
  /// How far a start comes at most that is killed.
  private static let startMicroseconds = 150_000
  private static let clients = 3
  private static let jobsOfClient = 8
  /// From this round on everything that is made once is made.
  private static let warmRound = 5

  private var random: TortureRandom
  private var ledger = TortureLedger()
  private let folder: RootFolder
  private let receiver: TortureReceiver
  private let service: TortureService
  private var round = 0
  private var count = 0
  /// Jobs with a key that were sent in the round before.
  private var keyed: [TortureJob] = []
  /// Open descriptors of each life, before its first request.
  private var descriptors: [Int] = []
  private var ends: [TortureService.End: Int] = [:]

  init(seed: UInt64) throws {
    random = TortureRandom(seed: seed)
    folder = try RootFolder()
    receiver = try TortureReceiver(TortureRandom(seed: ~seed))
    try Files.makeFolder(folder("witness"))
    // Each job is another user.
    try Files.write("", to: folder("witness/ran"), mode: 0o666)
    service = TortureService(configuration: TortureJob.configuration(witness: folder("witness")))
  }

  var summary: String {
    let ends = ends.map { "\($0.value) \($0.key.rawValue)" }.sorted().joined(separator: ", ")
    let told = receiver.deliveries
    let again = told.values.count { $0.count > 1 }
    return
      "\(ledger.entries.count) jobs accepted, \(told.count) told, \(again) of them again; killed "
      + "\(ends)"
  }

  /// One life: what is promised is there, a load begins, and in its midst something dies.
  mutating func live() throws {
    round += 1
    if random.oneIn(4) {
      try service.startAndDie(after: random.below(Self.startMicroseconds), &random)
    }
    let server = try service.start()
    descriptors.append(service.descriptors())
    _ = try ledger.compare(with: server.client)
    let end = TortureService.End.allCases[random.below(TortureService.End.allCases.count)]
    ends[end, default: 0] += 1
    let victims = try service.victims(end)
    let instances = service.instances()
    let clients = TortureClients(to: server.client, load())
    usleep(UInt32(random.below(Self.lifeMicroseconds)))
    for id in victims { kill(id, end == .asked ? SIGTERM : SIGKILL) }
    keyed = []
    for one in try clients.finish() {
      ledger.send(one.job)
      if one.job.key != nil { keyed.append(one.job) }
      if let id = one.id { try ledger.accept(one.job, as: id) }
    }
    try service.expectEnd(end, of: instances)
    try ledger.compare(withWitness: folder("witness/ran"))
  }

  /// What each client sends: new jobs, after some that were sent before the last end.
  private mutating func load() -> [[TortureJob]] {
    var again = keyed[...]
    return (0..<Self.clients).map { _ in
      let old = again.prefix(2)
      again = again.dropFirst(2)
      return old + (0..<Self.jobsOfClient).map { _ in newJob() }
    }
  }

  private mutating func newJob() -> TortureJob {
    count += 1
    let token = "t\(count)"
    return TortureJob(
      token: token, kind: TortureJob.Kind.allCases[random.below(TortureJob.Kind.allCases.count)],
      key: random.oneIn(4) ? "key of \(token)" : nil,
      receiver: random.oneIn(2) ? receiver.port : nil)
  }

  /// The last life: everything comes to its end, and the books are closed.
  mutating func finish() throws {
    let server = try service.start()
    descriptors.append(service.descriptors())
    try endLongJobs(on: server)
    try waiting(until: "every job to have ended", seconds: patienceSeconds * 4) {
      try endLongJobs(on: server)
      return try ledger.compare(with: server.client) == 0
    }
    try ledger.compare(withWitness: folder("witness/ran"))
    try compareCallbacks()
    try compareDescriptors()
    let instances = service.instances()
    server.process.child.send(SIGTERM)
    try service.expectEnd(.asked, of: instances)
    receiver.stop()
  }

  private func endLongJobs(on server: RunningServer) throws {
    for status in ["running", "queued"] {
      for kind in ["long", "cancelled"] {
        let reply = try server.client.get("/jobs?status=\(status)&label=kind:\(kind)&limit=500")
        for job in ByteSearch.jobs(inPage: reply.body) {
          guard let id = ByteSearch.value(of: "id", in: job) else { continue }
          _ = try server.client.ask("POST", "/\(id)/cancel", body: [])
        }
      }
    }
  }

  /// Each callback that is owed is told until somebody says 200, and it is the same each time: the
  /// job's id for a name, and the body byte by byte.
  private func compareCallbacks() throws {
    let owed = ledger.entries.values.filter { $0.job.receiver != nil }.map(\.job.token)
    var missing = owed
    do {
      try waiting(until: "every callback to have come", seconds: patienceSeconds * 4) {
        let accepted = receiver.accepted
        missing = owed.filter { !accepted.contains($0) }
        return missing.isEmpty
      }
    } catch { throw TestFailure("\(error): \(missing.map { ledger.ids[$0] ?? $0 })") }
    for (token, deliveries) in receiver.deliveries {
      guard Set(deliveries).count == 1, let id = ledger.ids[token], deliveries[0].name == id,
        deliveries[0].job == id
      else {
        throw TestFailure("\(token), job \(ledger.ids[token] ?? "none"), was told as \(deliveries)")
      }
    }
  }

  /// No life begins with more than an early one had.
  private func compareDescriptors() throws {
    guard descriptors.count > 2 * Self.warmRound else { return }
    let early = descriptors[Self.warmRound..<(2 * Self.warmRound)].max() ?? 0
    let late = descriptors.suffix(Self.warmRound).min() ?? 0
    guard late <= early else { throw TestFailure("open descriptors grew: \(descriptors)") }
  }
}
