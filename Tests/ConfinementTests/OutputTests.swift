import TestSupport
import Testing

struct OutputTests {
  static let streamBytesMax = 64 << 10

  // Proves P-063.
  @Test func `output over the limit is drained, counted and said to be gone`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path(), "/bin/sh"], options: ["--output-per-stream", "64K"])
    let printed = 1_000_000
    let job = try server.run(Probe.path(), ["flood", "\(printed)"])
    #expect(job.code == 0, "it was never blocked by its own output")
    #expect(job.stdout.utf8.count == 2 * Self.streamBytesMax, "its start and its last 64 KiB")
    #expect(
      job.document["truncated"]?["stdout"]?.integer == printed - 2 * Self.streamBytesMax,
      "\(job.document["truncated"] ?? .null)")
    #expect(job.document["truncatedAt"]?["stdout"]?.integer == Self.streamBytesMax)
    #expect(job.document["truncated"]?["stderr"] == nil)
    // The error at the end is there, whatever came before it.
    let script = "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo 'what went wrong'"
    let failed = try server.run("/bin/sh", ["-c", script])
    #expect(failed.stdout.hasPrefix("xxx") && failed.stdout.hasSuffix("xxx\nwhat went wrong\n"))
    let raw = try server.client.get("/\(failed.document["id"]?.string ?? "")/stdout")
    #expect(raw["x-truncated-at"] == "\(Self.streamBytesMax)")
    let whole = try server.run(Probe.path(), ["flood", "\(Self.streamBytesMax)"])
    #expect(whole.stdout.utf8.count == Self.streamBytesMax, "the twin: all that fits is kept")
    #expect(whole.document["truncated"] == nil)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `in memory, ended jobs give up their output, oldest first, and say so`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--output-total", "1M", "--state", "none"])
    let printed = 400_000
    let jobs = try (0..<3).map { _ in
      let id = try server.submit(Probe.path(), ["flood", "\(printed)"])
      #expect(try server.finished(id).stdout.utf8.count == printed)
      return id
    }
    let oldest = try server.job(jobs[0])
    #expect(oldest["stdout"] == .string("") && oldest["outputReleased"] == .bool(true))
    #expect(oldest["truncated"]?["stdout"]?.integer == printed)
    for id in jobs[1...] {
      #expect(try server.job(id)["stdout"]?.string?.utf8.count == printed, "the twin: it fits")
    }
    #expect(try server.stop() == .exited(0))
  }

  @Test func `on the disk, ended jobs keep their output`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--output-total", "1M"])
    let printed = 400_000
    let jobs = try (0..<4).map { _ in try server.submit(Probe.path(), ["flood", "\(printed)"]) }
    for id in jobs {
      #expect(try server.finished(id).stdout.utf8.count == printed)
      #expect(try server.client.get("/\(id)/stdout").body.count == printed)
    }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-063.
  @Test func `memory stays within its budget while jobs print without end`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--output-total", "1M", "--output-per-stream", "128K"])
    let jobs = try (0..<16).map { _ in try server.submit(Probe.path(), ["flood", "20000000"]) }
    for job in jobs { #expect(try server.finished(job, seconds: patienceSeconds * 4).code == 0) }
    let service = try #require(server.process.processes(of: "http-runner").first)
    let peak = try #require(ProcessTable.status(service)?["VmHWM"]).split(separator: " ")
    let kibibytes = try #require(peak.first.flatMap { Int($0) })
    #expect(kibibytes < (200 + 1) << 10, "\(kibibytes) KiB; 320 MB were printed")
    #expect(try server.stop() == .exited(0))
  }
}
