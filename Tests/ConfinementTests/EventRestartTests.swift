import Glibc
import TestSupport
import Testing

/// Events go on over the end of the service: an id says all that was told.
struct EventRestartTests {
  private func events(_ server: RunningServer, _ job: String, after id: String? = nil) throws
    -> [[String: String]]
  {
    let headers = id.map { [("Last-Event-ID", $0)] } ?? []
    let reply = try server.client.ask("GET", "/\(job)/events", headers: headers)
    guard reply.status == 200 else { throw TestFailure("\(reply.status): \(reply.text)") }
    return reply.text.split(separator: "\n\n").map { event in
      let lines = event.split(separator: "\n").map { line in
        let parts = line.split(separator: ":", maxSplits: 1).map { String($0) }
        return (parts[0], parts.count > 1 ? String(parts[1].dropFirst()) : "")
      }
      return Dictionary(lines, uniquingKeysWith: { first, _ in first })
    }
  }

  // Proves P-064.
  @Test func `after a kill -9 a client hears the rest, and that a run began anew`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("seen"), mode: 0o777)
    let config = """
      {entries: {again: {path: "/bin/sh", restartable: true, write: ["\(host("seen"))"]},
        once: {path: "/bin/cat"}, long: {path: "/usr/bin/head"}}}
      """
    let first = try RunningServer(whitelist: [], config: config)
    let ended = try first.run("long", ["-c", "70000", "/dev/zero"])
    let id = try #require(ended.document["id"]?.string)
    let told = try events(first, id)
    #expect(told.last?["event"] == "end")
    // Its first run ends when the service is killed, its second by itself.
    let again = try first.submit(
      "again",
      ["-c", "echo begun; mkdir \(host("seen/one")) 2>/dev/null && exec sleep 1000; true"])
    try waiting(until: "its first line") {
      try first.client.get("/\(again)/stdout").text == "begun\n"
    }
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()

    let second = try RunningServer(whitelist: [], predecessor: first.process, config: config)
    #expect(try events(second, id) == told, "the same life, from the store")
    for (index, event) in told.dropLast().enumerated() {
      #expect(try events(second, id, after: event["id"]) == Array(told[(index + 1)...]))
    }
    let anew = try events(second, again, after: "1-2-6-0")
    #expect(anew.first?["event"] == "restart" && anew.first?["data"] == #"{"attempt":2}"#)
    #expect(anew.filter { $0["event"] == "stdout" }.map { $0["data"] } == [#"{"text":"begun\n"}"#])
    #expect(anew.last?["id"] == "2-4-6-0")
    #expect(try second.stop() == .exited(0))
  }
}
