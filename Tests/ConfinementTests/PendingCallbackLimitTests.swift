import TestSupport
import Testing

/// As many callbacks as may be owed are owed.
struct PendingCallbackLimitTests {
  private static let config = """
    {service: {callbacks: {retries: ["100ms", "100ms", "1s", "1s", "1s", "1s", "1s", "1s"]}},
      entries: {echo: {path: "/bin/echo"}}}
    """

  /// Writes into the store of a service that does not run.
  private static func write(_ sql: String, to process: RunnerProcess) throws {
    let program = """
      import sqlite3, sys
      with sqlite3.connect(sys.argv[1]) as database: database.execute(sys.argv[2])
      database.close()
      """
    let run = try CommandRun(
      "/usr/bin/python3", ["-c", program, "\(process.stateFolder)/jobs.db", sql],
      environment: ["PATH": Child.plainPath])
    guard run.ending == .exited(0) else { throw TestFailure("'\(sql)': \(run.stderr)") }
  }

  private static func post(_ server: RunningServer, _ callback: String?) throws -> HTTPMessage {
    let end = callback.map { ",\"callback\":\"\($0)\"" } ?? ""
    return try server.client.post("{\"command\":\"echo\",\"args\":[\"x\"]\(end)}")
  }

  // Proves P-055.
  @Test func `a job whose callback would be one too many is answered 503, until one is settled`()
    throws
  {
    var dead: CallbackReceiver? = try CallbackReceiver()
    let (port, url) = try (#require(dead).port, #require(dead).url)
    dead = nil
    let first = try RunningServer(whitelist: [], config: Self.config)
    let id = try first.submit("echo", ["x"], callback: url)
    _ = try first.finished(id)
    #expect(try first.stop() == .exited(0))
    // 9,999 more are owed to the same receiver, as far as the store knows.
    try Self.write("UPDATE receiver SET pending = 10000", to: first.process)
    let second = try RunningServer(whitelist: [], predecessor: first.process, config: Self.config)
    let refused = try Self.post(second, url)
    #expect(refused.status == 503 && Int(refused["retry-after"] ?? "") != nil)
    let document = try JSONValue(refused.text)
    #expect(document["field"]?.string == "callback")
    #expect(document["error"]?.string?.contains("callbacks are owed") == true)
    // Neither other receivers nor other jobs have to do with it.
    let other = try CallbackReceiver()
    #expect(try Self.post(second, other.url).status == 202)
    _ = try other.next()
    #expect(try Self.post(second, nil).status == 202)
    let back = try CallbackReceiver(port: port)
    #expect(try back.next()["webhook-id"] == id)
    try waiting(until: "a job for this receiver to be accepted") {
      try Self.post(second, url).status == 202
    }
    _ = try back.next()
  }

  // Proves P-055.
  @Test func `where as many are owed in all as may be, no receiver gets more`() throws {
    let first = try RunningServer(whitelist: [], config: Self.config)
    #expect(try first.stop() == .exited(0))
    try Self.write("UPDATE counters SET pending = 100000", to: first.process)
    let second = try RunningServer(whitelist: [], predecessor: first.process, config: Self.config)
    #expect(try Self.post(second, "http://127.0.0.1:9/").status == 503)
    #expect(try Self.post(second, nil).status == 202)
  }
}
