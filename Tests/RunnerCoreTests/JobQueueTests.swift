import TestSupport
import Testing

@testable import RunnerCore

/// Who goes first, over long runs: nobody starves, clients share, and what is next stays cheap.
struct JobQueueTests {
  private var queue = JobQueue()
  private var lastNumber: UInt64 = 0

  private mutating func put(
    _ client: String, priority: Int = 5, entry: Int = 0, at seconds: Int = 0, bytes: Int = 0
  ) throws -> (id: JobID, reservation: QueueReservation) {
    lastNumber += 1
    let request = try JobRequest(command: "/bin/a", arguments: []).prioritized(priority)
      .reading([UInt8](repeating: 0, count: bytes))
    let reservation = QueueReservation(
      request, entry: entry, client: Principal(name: client), arrival: Int64(seconds) * 1_000_000,
      sequence: lastNumber)
    let id = JobID.random()
    queue.reserveUnbounded(reservation)
    queue.append(id, reservation)
    return (id, reservation)
  }

  /// Places say how many start up to and with each: so does the order in which they leave.
  @Test mutating func `places are those in which the jobs leave`() throws {
    var random = SeededGenerator(seed: 16)
    var waiting: [JobID: QueueReservation] = [:]
    for number in 0..<3000 {
      let job = try put(
        "client \(random.next() % 7)", priority: Int(random.next() % 11),
        entry: Int(random.next() % 3), at: number)
      waiting[job.id] = job.reservation
      switch random.next() % 5 {
      case 0:
        waiting[try pop()] = nil
      case 1:
        queue.remove(job.id, job.reservation)
        waiting[job.id] = nil
      case 2:
        let moved = job.reservation.ranked(job.reservation.rank - 2_000_000_000)
        queue.move(job.id, to: moved)
        waiting[job.id] = moved
      default: break
      }
    }
    let places = QueuePlaces(queue)
    let before = waiting.mapValues { places.place(of: $0) }
    #expect(waiting.count > 1000)
    // The first of a client to leave is the first of all that it has, whatever its entry.
    for (client, order) in queue.orders {
      let own = waiting.filter { $0.value.client == client }
      #expect(own.count == order.count)
      let sorted = own.sorted { $0.value < $1.value }
      for (index, job) in sorted.enumerated() { #expect(order.count(before: job.value) == index) }
    }
    // With turns that are equal each client's share is taken in turn: none is off by more than one
    // round of the clients.
    var left = 0
    while !waiting.isEmpty {
      let id = try pop()
      left += 1
      waiting[id] = nil
      #expect(abs(left - (before[id] ?? .min / 2)) <= 7)
    }
  }

  private struct Empty: Error {}

  private mutating func pop(where mayRun: (Int) -> Bool = { _ in true }) throws -> JobID {
    guard let id = queue.popFirst(where: mayRun) else { throw Empty() }
    return id
  }

  // Proves P-039.
  /// One job of priority 0, and one of priority 10 each second, of the same client: as many leave
  /// as come, so nothing but ageing lets the first one go.
  @Test mutating func `a flood of the highest priority does not starve the lowest`() throws {
    let low = try put("c", priority: 0)
    var second = 0
    while second < 20 * 3600 {
      second += 1
      _ = try put("c", priority: 10, at: second)
      if try pop() == low.id { break }
    }
    // Ten steps of an hour.
    #expect(second == 10 * QueueReservation.secondsPerPriority)
  }

  // Proves P-039.
  @Test mutating func `a thousand clients of very different greed get the same share`() throws {
    var clients: [JobID: Int] = [:]
    for client in 0..<1000 {
      for _ in 0..<(client < 10 ? 1000 : 10) {
        clients[try put("client \(client)", priority: client % 11).id] = client
      }
    }
    // Ten for each: no client may be ahead of another by more than one at any time.
    var served = [Int](repeating: 0, count: 1000)
    for round in 1...10 {
      for _ in 0..<1000 { served[clients[try pop()] ?? 0] += 1 }
      #expect(Set(served) == [round])
    }
    #expect(queue.count == 10 * 990)
  }

  @Test mutating func `who comes late owes nothing, and gains nothing for having been away`() throws
  {
    var clients: [JobID: String] = [:]
    for _ in 0..<100 { clients[try put("early").id] = "early" }
    for _ in 0..<50 { _ = queue.popFirst() }
    for _ in 0..<100 { clients[try put("late").id] = "late" }
    var served = ["early": 0, "late": 0]
    for _ in 0..<40 { served[clients[try pop()] ?? "", default: 0] += 1 }
    #expect(served == ["early": 20, "late": 20])
  }

  @Test mutating func `an entry that is busy holds up nobody else's jobs`() throws {
    var entries: [JobID: Int] = [:]
    for number in 0..<300 {
      entries[try put("client \(number % 7)", entry: number % 3).id] = number % 3
    }
    for _ in 0..<200 {
      let id = try pop { $0 != 1 }
      #expect(entries[id] != 1)
    }
    let none = queue.popFirst { $0 != 1 }
    #expect(none == nil && queue.count == 100)
    for _ in 0..<100 {
      let id = try pop()
      #expect(entries[id] == 1)
    }
    let end = queue.popFirst()
    #expect(end == nil && queue.count == 0)
  }

  // Proves P-039.
  /// The bound would be none for who submits and cancels behind a job that never runs.
  @Test mutating func `jobs that were taken out leave nothing behind`() throws {
    let first = try put("c", priority: 10)
    for number in 0..<10_000 {
      let one = try put("client \(number)", priority: 1, bytes: 100)
      queue.remove(one.id, one.reservation)
    }
    #expect(queue.count == 1 && queue.bytes == first.reservation.bytes)
    #expect(queue.elementCount < 200, "lines, claims and tombstones: \(queue.elementCount)")
    let left = [queue.popFirst(), queue.popFirst()]
    #expect(left == [first.id, nil] && queue.bytes == 0)
  }

  @Test mutating func `a job that was taken out and comes back is there again`() throws {
    let one = try put("c")
    queue.remove(one.id, one.reservation)
    queue.remove(one.id, one.reservation)
    #expect(queue.count == 0)
    queue.reserveUnbounded(one.reservation)
    queue.append(one.id, one.reservation)
    let left = [queue.popFirst(), queue.popFirst()]
    #expect(left == [one.id, nil] && queue.count == 0)
  }

  /// Turns have the order of their creation: whoever builds them anew changes who is next.
  @Test mutating func `a move builds the queue of its job anew and nothing else`() throws {
    var jobs: [(id: JobID, reservation: QueueReservation)] = []
    for client in ["a", "b"] {
      for entry in 0..<2 {
        for _ in 0..<3 { jobs.append(try put(client, entry: entry)) }
      }
    }
    // What was taken out stays out.
    queue.remove(jobs[0].id, jobs[0].reservation)
    func turns() -> [[UInt64]] {
      queue.turns.sorted { $0.key < $1.key }.map { $0.value.unordered.map(\.order) }
    }
    let (before, removed, count) = (turns(), queue.removed, queue.count)
    let moved = jobs[2]
    queue.move(moved.id, to: moved.reservation.ranked(-1))
    #expect(turns() == before && queue.removed == removed && queue.count == count)
    var order: [JobID] = []
    while let id = queue.popFirst(where: { $0 == 0 }) { order.append(id) }
    #expect(order.firstIndex(of: moved.id) == 0)
    #expect(order == [2, 6, 1, 7, 8].map { jobs[$0].id })
    while let id = queue.popFirst() { order.append(id) }
    #expect(Set(order) == Set(jobs.dropFirst().map(\.id)) && queue.count == 0)
  }

  /// Against a model that looks at everything each time.
  @Test mutating func `every job that is put in comes out once, whatever happens in between`()
    throws
  {
    var generator = SeededGenerator(seed: 11)
    var inside: [JobID: QueueReservation] = [:]
    for _ in 0..<20_000 {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1, 2:
        let one = try put(
          "client \(Int.random(in: 0..<20, using: &generator))",
          priority: Int.random(in: 0...10, using: &generator),
          entry: Int.random(in: 0..<4, using: &generator))
        inside[one.id] = one.reservation
      case 3:
        let busy = Int.random(in: 0..<4, using: &generator)
        let id = queue.popFirst { $0 != busy }
        #expect((id == nil) == !inside.values.contains { $0.entry != busy })
        guard let id else { continue }
        let reservation = try #require(inside[id])
        inside[id] = nil
        let better = inside.values.filter {
          $0.client == reservation.client && $0.entry != busy && $0 < reservation
        }
        #expect(better.isEmpty, "the best of its client goes first")
      default:
        guard let (id, reservation) = inside.randomElement(using: &generator) else { continue }
        inside[id] = nil
        queue.remove(id, reservation)
      }
      #expect(queue.count == inside.count)
    }
    while let id = queue.popFirst() {
      let reservation = inside.removeValue(forKey: id)
      #expect(reservation != nil)
    }
    #expect(inside.isEmpty && queue.bytes == 0)
  }

  /// A look at each client for each job would make this a hundred times as dear.
  @Test mutating func `what is next costs little more among a thousand clients than among ten`()
    throws
  {
    func seconds(_ clients: Int) throws -> Double {
      var test = JobQueueTests()
      for number in 0..<20_000 { _ = try test.put("client \(number % clients)") }
      return threadSeconds { while test.queue.popFirst() != nil {} }
    }
    let ratios = try (0..<5).map { _ in try seconds(1000) / seconds(10) }
    #expect(try #require(ratios.min()) < 5, "\(ratios)")
  }

  @Test func `the pace says when there is room, and never stands still`() {
    var drain = DrainRate()
    #expect(drain.secondsUntilNext(at: 5) == nil && drain.perHour(at: 5) == nil)
    for second in 0..<100 { drain.record(Int64(second) * 3_000_000) }
    #expect(drain.secondsUntilNext(at: 99 * 3_000_000) == 3)
    #expect(drain.perHour(at: 99 * 3_000_000) == 1238)
    #expect(drain.secondsUntilNext(at: 100_000_000_000) == 600, "nothing left for long")
    #expect(drain.secondsUntilNext(at: 0) == 1, "never less than a second")
  }

  @Test func `a pause does not count, and what leaves at its end at one time is no pace`() {
    var drain = DrainRate()
    for second in 0..<32 { drain.record(Int64(second) * 2_000_000) }
    let pause: Int64 = 62_000_000
    let before = drain.perHour(at: pause)
    drain.pause(at: pause)
    #expect(drain.perHour(at: pause + 9_000_000_000) == before, "it stands still")
    let end = pause + 10_000_000_000
    drain.resume(at: end)
    #expect(drain.perHour(at: end) == before)
    for number in 0..<256 { drain.record(end + Int64(number)) }
    let after = drain.perHour(at: end + 1_000_000)
    #expect(after == 257 * 3600, "those of a second, and the last one before the pause")
  }

  @Test mutating func `clients that are held cost others one look, and come back with their turn`()
    throws
  {
    for number in 0..<1000 {
      _ = try put("held \(number)", entry: 0)
      _ = try put("held \(number)", entry: 1)
    }
    let free = try (0..<500).map { try put("free \($0 % 5)", entry: $0 % 2).id }
    var looks = 0
    var taken: Set<JobID> = []
    for _ in free {
      let id = queue.popFirst(holding: { client in
        looks += 1
        return client.name.hasPrefix("held")
      })
      taken.insert(try #require(id))
    }
    #expect(taken == Set(free))
    // Each turn of a held one is looked at once, and one of a free one for each that is taken.
    #expect(looks <= 2 * 1000 + 10 * free.count)
    #expect(queue.popFirst(holding: { $0.name.hasPrefix("held") }) == nil)
    queue.releaseTurns(of: Principal(name: "held 7"))
    #expect(try [pop(), pop()].count == 2)
    #expect(queue.popFirst() == nil, "the others are held still")
    queue.releaseAllTurns()
    for _ in 0..<1998 { _ = try pop() }
    #expect(queue.count == 0 && queue.popFirst() == nil && queue.heldTurns.isEmpty)
  }

  @Test mutating func `a held client that removes its jobs leaves nothing behind`() throws {
    for round in 0..<50 {
      let jobs = try (0..<100).map { try put("held", at: round * 100 + $0) }
      #expect(queue.popFirst(holding: { _ in true }) == nil)
      for job in jobs { queue.remove(job.id, job.reservation) }
      #expect(queue.count(of: Principal(name: "held")) == 0)
    }
    queue.releaseAllTurns()
    #expect(queue.popFirst() == nil && queue.count == 0 && queue.elementCount <= 200)
  }
}

/// The same numbers in each run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
