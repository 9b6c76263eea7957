import Glibc
import TestSupport
import Testing

/// Quotas as an operator gives them, held by a service that is killed in between.
struct QuotaTests {
  private static let programs = ["/bin/sleep", "/usr/bin/head"]

  /// A client with a token of its own.
  private struct Holder {
    let token: String

    func ask(
      _ server: RunningServer, _ method: String, _ target: String, _ body: String? = nil
    ) throws -> HTTPMessage {
      try server.client.ask(
        method, target, headers: [("Authorization", "Bearer \(token)")],
        body: body.map { Array($0.utf8) })
    }

    func submit(_ server: RunningServer, _ words: String...) throws -> HTTPMessage {
      let words = words.map { JSONText.quoted($0) }
      let arguments = words.dropFirst().joined(separator: ",")
      return try ask(server, "POST", "/", "{\"command\":\(words[0]),\"args\":[\(arguments)]}")
    }

    func job(_ server: RunningServer, _ answer: HTTPMessage) throws -> JSONValue {
      let id = try #require(JSONValue(answer.text)["id"]?.string, "\(answer.text)")
      return try JSONValue(ask(server, "GET", "/\(id)").text)
    }
  }

  private static func holder(_ name: String, _ options: String..., file: String) throws -> Holder {
    let run = try CommandRun(
      try Binaries.runner(), ["token", "add", name, "--tokens", file] + options)
    guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
    return Holder(token: String(run.stdout.dropLast()))
  }

  private static func kill(_ server: RunningServer) throws {
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
  }

  private static func expect(_ answer: HTTPMessage, over quota: String) throws {
    #expect(answer.status == 429, "\(answer.text)")
    #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 > 0)
    #expect(try JSONValue(answer.text)["quota"]?.string == quota)
  }

  // Proves P-320, P-321.
  @Test func `what runs and waits is held against the quota, before and after a kill`() throws {
    let folder = try RootFolder()
    let file = folder("tokens.json")
    let media = try Self.holder("media", "--running", "1", "--queued", "2", file: file)
    let other = try Self.holder("other", file: file)
    let first = try RunningServer(whitelist: Self.programs, options: ["--tokens", file])
    let runs = try media.submit(first, "/bin/sleep", "1000")
    try waiting(until: "it runs") { try media.job(first, runs)["status"]?.string == "running" }
    let waits = try (0..<2).map { _ in try media.submit(first, "/bin/sleep", "1000") }
    for answer in waits { #expect(try media.job(first, answer)["status"]?.string == "queued") }
    try Self.expect(media.submit(first, "/bin/sleep", "1000"), over: "queued")
    let others = try other.submit(first, "/usr/bin/head", "-c", "1", "/dev/zero")
    try waiting(until: "that of another ends") { try other.job(first, others)["err"] != nil }
    try Self.kill(first)
    let second = try RunningServer(
      whitelist: Self.programs, options: ["--tokens", file], predecessor: first.process)
    try waiting(until: "the first that waited runs") {
      try media.job(second, waits[0])["status"]?.string == "running"
    }
    #expect(try media.job(second, waits[1])["status"]?.string == "queued")
    #expect(try media.submit(second, "/bin/sleep", "1000").status == 202)
    try Self.expect(media.submit(second, "/bin/sleep", "1000"), over: "queued")
    #expect(try second.stop() == .exited(0), "\(second.process.log)")
  }

  // Proves P-323.
  @Test func `what is kept counts after a kill, until it is deleted`() throws {
    let folder = try RootFolder()
    let file = folder("tokens.json")
    let media = try Self.holder("media", "--kept", "1M", file: file)
    let first = try RunningServer(whitelist: Self.programs, options: ["--tokens", file])
    let large = try media.submit(first, "/usr/bin/head", "-c", "1048576", "/dev/zero")
    try waiting(until: "it ends") { try media.job(first, large)["err"] != nil }
    try Self.expect(media.submit(first, "/bin/sleep", "0"), over: "kept")
    try Self.kill(first)
    let second = try RunningServer(
      whitelist: Self.programs, options: ["--tokens", file], predecessor: first.process)
    try Self.expect(media.submit(second, "/bin/sleep", "0"), over: "kept")
    let id = try #require(JSONValue(large.text)["id"]?.string)
    #expect(try media.ask(second, "DELETE", "/\(id)").status == 204)
    #expect(try media.submit(second, "/bin/sleep", "0").status == 202)
    #expect(try second.stop() == .exited(0), "\(second.process.log)")
  }

  // Proves P-326.
  @Test func `token list shows the quota, and a reload takes a changed one up`() throws {
    let folder = try RootFolder()
    let file = folder("tokens.json")
    let media = try Self.holder(
      "media", "--running", "1", "--kept", "20G", "--submissions", "1", file: file)
    let list = try CommandRun(try Binaries.runner(), ["token", "list", "--tokens", file])
    #expect(list.stdout.contains("running 1  kept 20G  submissions 1"), "\(list.stdout)")
    let server = try RunningServer(whitelist: Self.programs, options: ["--tokens", file])
    #expect(try media.submit(server, "/bin/sleep", "1000").status == 202)
    let refused = try media.submit(server, "/bin/sleep", "1000")
    // A minute later it would be taken; a busy machine may be as slow.
    if refused.status != 202 { try Self.expect(refused, over: "submissions") }
    let text = try #require(Files.text(of: file))
    try Files.write(
      text.replacing(",\"submissions\":1", with: ""), to: file, mode: 0o600)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("reloaded: ")
    let taken = try (0..<3).map { _ in try media.submit(server, "/bin/sleep", "1000") }
    #expect(taken.allSatisfy { $0.status == 202 })
    #expect(try media.job(server, taken[2])["status"]?.string == "queued", "one runs")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
