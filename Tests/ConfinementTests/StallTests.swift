import TestSupport
import Testing

/// Jobs that do nothing, seen by their cgroup and their output.
struct StallTests {
  private static let config = """
    {entries: {shell: {path: '/bin/sh', stallAfter: 2, grace: 1}, other: {path: '/bin/sh'}}}
    """

  private func run(_ server: RunningServer, _ script: String, _ entry: String = "shell") throws
    -> FinishedJob
  {
    try server.finished(try server.submit(entry, ["-c", script]))
  }

  // Proves P-530.
  @Test(arguments: [
    "sleep 1000", "kill -STOP $$", "sleep 1000 & wait", "echo begins; exec sleep 1000",
    "exec tail -f /dev/null",
  ])
  func `a job that does nothing is ended, whatever it waits for`(_ script: String) throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let ended = try run(server, script)
    #expect(ended.document["outcome"]?.string == "stalled", "\(ended.document)")
    #expect(ended.document["limitsMet"]?.array?.map(\.string) == ["stallAfter"])
    #expect(ended.failure?["step"]?.string == "stall")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-530.
  @Test(arguments: [
    "while [ $(date +%s) -lt $end ]; do :; done",
    "while [ $(date +%s) -lt $end ]; do printf .; sleep 0.2; done",
    "while [ $(date +%s) -lt $end ]; do printf . >&2; sleep 0.2; done",
  ])
  func `one that works or writes for longer than that is not`(_ script: String) throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let ended = try run(server, "end=$(($(date +%s) + 5)); " + script)
    #expect(ended.document["outcome"]?.string == "exited", "\(ended.document)")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a request may ask for it where its entry does not`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let refused = try server.client.post(#"{"command":"shell","stallAfter":3}"#)
    #expect(refused.status == 400 && refused.text.contains("stallAfter"), "\(refused.text)")
    let reply = try server.client.post(
      #"{"command":"other","args":["-c","sleep 1000"],"stallAfter":1,"timeout":600}"#)
    let id = try #require(try JSONValue(reply.text)["id"]?.string)
    #expect(try server.finished(id).document["outcome"]?.string == "stalled")
    #expect(try server.stop() == .exited(0))
  }
}
