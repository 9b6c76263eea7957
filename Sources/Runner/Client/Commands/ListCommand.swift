import Glibc
import TextFormats

/// `list` and `top`.
struct ListCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  private static let limitDefault = 50
  private static let limits = 1...1_000_000
  /// Jobs of a page at most, as `GET /jobs` has it.
  private static let pageMax = 500
  private static let watchSeconds: UInt32 = 2

  /// `list`.
  func run() throws(ClientFailure) -> Int32 {
    let limit = try invocation.number("limit", in: Self.limits) ?? Self.limitDefault
    var query: [String] = []
    for name in ["status", "command"] {
      guard let value = invocation.value(name) else { continue }
      query.append("\(name)=\(ServiceRequest.escaped(value))")
    }
    if let label = try invocation.pairs("label").first {
      query.append("label=\(ServiceRequest.escaped("\(label.name):\(label.value)"))")
    }
    var shown: [String: [UInt8]] = [:]
    while true {
      let jobs = try jobs(query, limit: limit)
      if invocation.has("json") || (invocation.has("watch") && !Self.isTerminal) {
        // Over and over, only what is new.
        var present: [String: [UInt8]] = [:]
        for job in jobs {
          let line = job.line
          guard let id = job["id"]?.text else { continue }
          present[id] = line
          if shown[id] != line { emit(job) }
        }
        shown = present
      } else {
        draw(
          [JobListing.heading] + jobs.map(JobListing.line(of:)), isFresh: invocation.has("watch"))
      }
      guard invocation.has("watch") else { return ClientExit.ok.rawValue }
      sleep(Self.watchSeconds)
    }
  }

  /// `top`.
  func top() throws(ClientFailure) -> Int32 {
    while true {
      var lines: [String] = []
      let reply = try client.reply(to: .get("/queue"))
      // A client that may not operate sees jobs alone.
      if reply.head.status == 200 { lines.append(JobListing.line(ofQueue: try reply.document())) }
      lines.append(JobListing.heading)
      for status in ["running", "queued"] {
        lines += try jobs(["status=\(status)"], limit: Self.limitDefault).map(JobListing.line(of:))
      }
      draw(lines, isFresh: Self.isTerminal)
      guard Self.isTerminal else { return ClientExit.ok.rawValue }
      sleep(Self.watchSeconds)
    }
  }

  private static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private func emit(_ job: JSONNode) {
    if invocation.has("json") {
      output.emit(line: job.line)
    } else {
      output.emit(line: JobListing.line(of: job))
    }
  }

  /// - Parameter isFresh: on an empty screen.
  private func draw(_ lines: [String], isFresh: Bool) {
    let text = lines.joined(separator: "\n") + "\n"
    output.emit(Array((isFresh ? "\u{1b}[H\u{1b}[2J" : "").utf8) + Array(text.utf8))
  }

  /// The newest jobs, page by page.
  private func jobs(_ query: [String], limit: Int) throws(ClientFailure) -> [JSONNode] {
    var jobs: [JSONNode] = []
    var after: String?
    while jobs.count < limit {
      let size = min(Self.pageMax, limit - jobs.count)
      let words = query + ["limit=\(size)"] + (after.map { ["after=\($0)"] } ?? [])
      let page = try client.ask(.get("/jobs?" + words.joined(separator: "&"))).document()
      guard let elements = page["jobs"]?.elements else {
        throw ClientFailure(.protocolBroken, "What answered is not http-runner: no list of jobs.")
      }
      jobs += elements
      after = page["next"]?.text
      guard let next = after, !elements.isEmpty, next.utf8.allSatisfy({ $0 != 0x20 }) else { break }
    }
    return jobs
  }
}
