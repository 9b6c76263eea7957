import TestSupport

/// What was promised: every job that was answered with 202, and what was seen of it since.
struct TortureLedger {
  struct Entry {
    let job: TortureJob
    /// Its line in a page of jobs once it had ended: this never changes again.
    var ending: [UInt8]?
    var outcome: String?
  }

  /// By id.
  private(set) var entries: [String: Entry] = [:]
  /// The id that each token was answered with.
  private(set) var ids: [String: String] = [:]
  /// All that were ever sent, answered or not.
  private(set) var sent: [String: TortureJob] = [:]

  /// Jobs that must have ended by themselves, and whose output nobody has looked at yet.
  private var unread: [String] = []

  mutating func send(_ job: TortureJob) { sent[job.token] = job }

  /// - Throws: when a job was answered with another id before.
  mutating func accept(_ job: TortureJob, as id: String) throws {
    if let first = ids[job.token], first != id {
      throw TestFailure("\(job) was \(first), and is \(id) under the same key")
    }
    ids[job.token] = id
    if entries[id] == nil { entries[id] = Entry(job: job) }
  }

  /// Reads every job that the service has, and holds it against what was promised.
  ///
  /// - Returns: how many have not ended.
  mutating func compare(with client: HTTPClient) throws -> Int {
    var seen: Set<String> = []
    var live = 0
    var target: String? = "/jobs?limit=500"
    while let asked = target {
      let reply = try client.get(asked)
      guard reply.status == 200 else { throw TestFailure("\(asked): \(reply.text)") }
      for job in ByteSearch.jobs(inPage: reply.body) {
        guard let id = ByteSearch.value(of: "id", in: job) else { continue }
        seen.insert(id)
        if try compare(id, job) == false { live += 1 }
      }
      target = ByteSearch.value(of: "next", in: Array(reply.body.suffix(60)))
        .map { "/jobs?limit=500&after=\($0)" }
    }
    if let lost = entries.keys.first(where: { !seen.contains($0) }) {
      throw TestFailure("job \(lost) was accepted and is gone: \(entries[lost]!)")
    }
    try readOutput(from: client)
    return live
  }

  /// - Returns: whether it has ended.
  private mutating func compare(_ id: String, _ job: [UInt8]) throws -> Bool {
    if let before = entries[id]?.ending {
      guard ByteSearch.areSame(before, job) else {
        throw TestFailure("an end changed: \(Self.text(before)) became \(Self.text(job))")
      }
      return true
    }
    guard ByteSearch.value(of: "status", in: job) == "finished" else { return false }
    let text = Self.text(job)
    let document = try JSONValue(text)
    guard let token = document["arguments"]?.array?.first?.string, let known = sent[token] else {
      throw TestFailure("nobody sent \(text)")
    }
    // A job whose 202 was on its way when the service died.
    if entries[id] == nil { try accept(known, as: id) }
    let outcome = document["outcome"]?.string
    entries[id]?.ending = job
    entries[id]?.outcome = outcome
    switch outcome {
    case "exited":
      guard document["code"]?.integer == known.code else { throw TestFailure("a bad end: \(text)") }
      unread.append(id)
    case "cancelled": break
    case "interrupted" where !known.isRestartable: break
    default: throw TestFailure("a bad end: \(text)")
    }
    return true
  }

  private mutating func readOutput(from client: HTTPClient) throws {
    for id in unread {
      guard let job = entries[id]?.job else { continue }
      let reply = try client.get("/\(id)/stdout")
      let isRight =
        reply.status == 200 && reply.body.count == job.stdout.bytes
        && (job.stdout.text.map { $0 == reply.text } ?? true)
      if !isRight {
        throw TestFailure(
          "the output of \(job), \(id): \(reply.startLine) \(reply.body.count) bytes")
      }
    }
    unread = []
  }

  /// Holds what the service says against what the jobs themselves wrote.
  func compare(withWitness path: String) throws {
    let lines = (Files.text(of: path) ?? "").split(separator: "\n").map { String($0) }
    let runs = Dictionary(lines.map { ($0, 1) }, uniquingKeysWith: +)
    for (token, count) in runs {
      guard let job = sent[token] else { throw TestFailure("nobody sent '\(token)'") }
      if count > 1, !job.isRestartable { throw TestFailure("\(job) ran \(count) times") }
    }
    for (id, entry) in entries where entry.outcome == "exited" && runs[entry.job.token] == nil {
      throw TestFailure("job \(id) is said to have exited, and never ran: \(entry.job)")
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
