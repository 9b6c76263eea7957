import Glibc
import TestSupport
import Testing

/// The client between its submission and the answer, which a relay loses or keeps back.
@Suite(.serialized)
struct LostAnswerTests {
  private static func jobs(of server: RunningServer) throws -> [JSONValue] {
    try JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []
  }

  /// The client as one that reaches the service by way of the relay.
  private static func start(_ relay: Relay, _ words: [String]) throws -> ClientRun {
    try ClientRun(
      nil, words, environment: ["HTTP_RUNNER_SERVER": "127.0.0.1:\(relay.port)"])
  }

  /// Sends a signal, and returns when the client has taken it from its descriptor.
  private static func signal(_ run: ClientRun, _ signal: Int32) throws {
    run.child.send(signal)
    try waiting(until: "the client to take signal \(signal)") {
      guard let pending = ProcessTable.status(run.child.id)?["ShdPnd"] else { return true }
      return pending.allSatisfy { $0 == "0" }
    }
  }

  private static func forward(_ relay: Relay, untilEndOf run: ClientRun) throws {
    try relay.forward(until: "the client to end") { !ProcessTable.lives(run.child.id) }
  }

  // Proves P-362.
  @Test(arguments: [1, 3])
  func `an answer that is lost on its way starts no second job`(losses: Int) throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    let relay = try Relay(to: server.client.port)
    let run = try Self.start(relay, ["run", "/bin/echo", "--", "once"])
    for _ in 0..<losses { #expect(try relay.loseAnswer().status == 202) }
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 0 && run.output == "once\n", "\(run.error)")
    #expect(try Self.jobs(of: server).count == 1)
    let submit = try Self.start(relay, ["submit", "/bin/echo"])
    let lost = try JSONValue(try relay.loseAnswer().text)["id"]?.string
    try Self.forward(relay, untilEndOf: submit)
    #expect(try submit.code() == 0 && submit.output.dropLast() == lost ?? "")
    #expect(try Self.jobs(of: server).count == 2)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-363.
  @Test(arguments: ["run", "submit"], [SIGINT, SIGTERM])
  func `a signal before the answer cancels the job once its id is known`(
    command: String, signal: Int32
  ) throws {
    let server = try RunningServer(whitelist: ["/bin/sleep"])
    let relay = try Relay(to: server.client.port)
    let run = try Self.start(relay, [command, "/bin/sleep", "--", "1000"])
    let client = try relay.accept()
    try Self.signal(run, signal)
    #expect(ProcessTable.lives(run.child.id))
    try relay.connect(client)
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 130, "\(run.error)")
    let jobs = try Self.jobs(of: server)
    let id = try #require(jobs.first?["id"]?.string)
    #expect(try jobs.count == 1 && server.finished(id).document["outcome"]?.string == "cancelled")
    #expect(command == "run" || run.error.contains(id) && run.output.isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-363.
  @Test func `a second signal before the answer leaves, and says how to come back`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    let relay = try Relay(to: server.client.port)
    let run = try Self.start(relay, ["run", "--idempotency-key", "mine", "/bin/echo"])
    let client = try relay.accept()
    try Self.signal(run, SIGTERM)
    try Self.signal(run, SIGTERM)
    #expect(try run.code() == 130 && run.error.contains("--idempotency-key mine"), "\(run.error)")
    _ = client
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-363.
  @Test func `a signal where nothing was sent leaves at once`() throws {
    let run = try ClientRun(nil, ["run", "--patience", "1h", "/bin/echo"])
    try waiting(until: "the signals to be blocked") {
      ProcessTable.status(run.child.id)?["SigBlk"]?.contains { $0 != "0" } == true
    }
    run.child.send(SIGTERM)
    #expect(try run.code() == 130 && run.error.contains("before the service had taken"))
  }
}
