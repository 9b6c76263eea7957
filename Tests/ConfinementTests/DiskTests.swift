import Glibc
import TestSupport
import Testing

/// The disk of the state folder is full, or takes no writes any more.
@Suite(.serialized)
struct DiskTests {
  private func statuses(_ server: RunningServer, until status: Int) throws -> HTTPMessage {
    try waiting(for: "an answer of \(status)") {
      let reply = try server.client.post(#"{"command":"/bin/echo"}"#)
      return reply.status == status ? reply : nil
    }
  }

  // Proves P-044.
  @Test func `a full disk refuses jobs, loses nothing, and the service recovers by itself`() throws
  {
    let disk = try Mounted(isDisk: false)
    let host = try RootFolder()
    let awaits = try host.script("awaits", "#!/bin/sh\nuntil [ -e \"$1\" ]; do sleep 0.1; done\n")
    let programs = [awaits, "/bin/echo"]
    let options = ["--state", disk.path + "/state", "--read", host.path]
    let first = try RunningServer(whitelist: programs, options: options)
    let before = try first.run("/bin/echo", ["before"])
    let runs = try first.submit(awaits, [host("full")])
    try disk.fill()
    let refused = try statuses(first, until: 507)
    #expect(refused.text.contains("disk of the service is full"), "\(refused.text)")
    try Files.write("", to: host("full"))
    // What runs goes on to its end, what ended is read, and the rest of the service is there.
    let ended = try first.finished(runs)
    #expect(ended.code == 0)
    let id = try #require(before.document["id"]?.string)
    #expect(try first.job(id) == before.document)
    for target in ["/jobs", "/queue"] { #expect(try first.client.get(target).status == 200) }
    _ = try first.process.logLine("its end could not be kept, and is tried again")
    try disk.makeRoom()
    _ = try first.process.logLine("its end is kept now")
    let after = try #require(
      JSONValue(statuses(first, until: 202).text)["id"]?.string)
    #expect(try first.finished(after).code == 0)
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()

    let second = try RunningServer(
      whitelist: programs, options: options, predecessor: first.process)
    #expect(try second.job(runs) == ended.document)
    #expect(try second.job(id) == before.document)
    #expect(try second.finished(after).code == 0)
    #expect(try second.stop() == .exited(0))
  }

  // Proves P-044.
  @Test func `on a full disk a deletion makes room, and a start serves`() throws {
    let disk = try Mounted(isDisk: false)
    let options = ["--state", disk.path + "/state"]
    let first = try RunningServer(whitelist: ["/bin/echo"], options: options)
    let jobs = try (1...2).map { try first.run("/bin/echo", ["\($0)"]) }
    let ids = try jobs.map { try #require($0.document["id"]?.string) }
    try waiting(until: "the reservation to be made") {
      Files.bytes(of: disk.path + "/state/reserve")?.isEmpty == false
    }
    try disk.fill()
    _ = try statuses(first, until: 507)
    #expect(try first.client.ask("DELETE", "/\(ids[0])").status == 204)
    #expect(try first.client.get("/\(ids[0])").status == 404)
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()

    let second = try RunningServer(
      whitelist: ["/bin/echo"], options: options, predecessor: first.process)
    #expect(try second.job(ids[1]) == jobs[1].document)
    #expect(try second.client.get("/\(ids[0])").status == 404)
    #expect(try second.stop() == .exited(0))
  }

  // Proves P-044.
  @Test func `a disk that turns read-only refuses jobs, and all that was kept is read`() throws {
    let disk = try Mounted(isDisk: true)
    let options = ["--state", disk.path + "/state"]
    let server = try RunningServer(whitelist: ["/bin/echo"], options: options)
    let before = try server.run("/bin/echo", ["before"])
    try disk.fail()
    let refused = try statuses(server, until: 503)
    #expect(refused.text.contains("store of the service does not work"), "\(refused.text)")
    #expect(refused["retry-after"] != nil, "\(refused.headers)")
    let id = try #require(before.document["id"]?.string)
    #expect(try server.job(id) == before.document)
    #expect(try server.client.get("/queue").status == 200)
    #expect(try server.stop() == .exited(0))

    let next = try RunnerProcess(
      whitelist: ["/bin/echo"], options: options, predecessor: server.process)
    #expect(try next.child.wait() != .exited(0))
    // Older kernels tell of such a disk only when the store is read.
    let words =
      try KernelRelease.isAtLeast(6, 7) ? "The state folder cannot be used" : "cannot be used"
    #expect(next.log.contains("error: ") && next.log.contains(words), "\(next.log)")
  }
}
