import TextFormats

/// Jobs as lines for people.
enum JobListing {
  static let heading =
    "ID                                        STATE        CODE  CREATED"
    + "               COMMAND"

  /// One job.
  static func line(of job: JSONNode) -> String {
    let state = state(of: job)
    let code = job["code"]?.integer.map { "\($0)" } ?? "-"
    let created = job["createdAt"]?.text.map(seconds) ?? "-"
    return [
      padded(job["id"]?.text ?? "-", 40), padded(state, 11), padded(code, 4), padded(created, 20),
      command(of: job),
    ].joined(separator: "  ")
  }

  /// `running`, `frozen`, what it waits for, or how it ended.
  static func state(of job: JSONNode) -> String {
    if job["frozen"]?.flag == true { return "frozen" }
    if let reason = job["waiting"]?["for"]?.text { return WaitText.state(reason) }
    return job["outcome"]?.text ?? job["status"]?.text ?? "-"
  }

  private static func command(of job: JSONNode) -> String {
    let arguments = (job["arguments"]?.elements ?? []).compactMap(\.text)
    let words = [job["command"]?.text ?? "-"] + arguments.map(quoted)
    return TerminalOutput.plain(words.joined(separator: " "))
  }

  /// An argument as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || Array("_-./:=,+@%".utf8).contains(byte)
    }
    guard !plain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// A time without what is below its seconds.
  private static func seconds(_ time: String) -> String {
    String(time.prefix { $0 != "." && $0 != "Z" }) + "Z"
  }

  static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - text.count))
  }

  /// All of a job but its output, a member a line.
  static func lines(of job: JSONNode) -> [String] {
    guard case .object(let members) = job.content else { return [] }
    let output = ["stdout", "stderr"]
    return members.filter { !output.contains($0.key) }.map { member in
      let value = member.value.text ?? String(decoding: member.value.line, as: UTF8.self)
      return padded(member.key + ":", 14) + TerminalOutput.plain(value)
    }
  }

  /// The queue in a sentence.
  static func line(ofQueue queue: JSONNode) -> String {
    let number = { (name: String) in queue[name]?.integer.map { "\($0)" } ?? "-" }
    let limit = queue["limits"]?["running"]?.integer.map { " of \($0)" } ?? ""
    var line = "running \(number("running"))\(limit), waiting \(number("waiting"))"
    if let seconds = queue["longestWait"]?.integer, seconds > 0 {
      line += ", the first one for \(StatusText.clock(seconds))"
    }
    if let rate = queue["drainPerHour"]?.integer { line += ", \(rate) an hour" }
    let reasons = WaitText.counts(queue["waitingFor"])
    if !reasons.isEmpty { line += " (\(reasons))" }
    if queue["paused"]?.flag == true { line += ", paused" }
    if queue["draining"]?.flag == true { line += ", draining" }
    return line
  }
}
