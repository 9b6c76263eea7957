import Glibc
import TestSupport
import Testing

/// Following the output of real jobs, by many, by the slow, and by who never reads.
@Suite(.serialized)
struct FollowingTests {
  /// A server that runs one job at a time, and one that holds back the next until `go`.
  private struct Held {
    let server: RunningServer
    private let holder: String

    init(_ options: [String] = []) throws {
      server = try RunningServer(
        whitelist: [Counters.path(), "/bin/sleep"], options: ["--running", "1"] + options)
      holder = try server.submit("/bin/sleep", ["1000"])
    }

    /// A job that waits, and will print so many bytes.
    func job(_ bytes: Int) throws -> String {
      try server.submit(Counters.path(), ["write", "\(bytes)"])
    }

    func go() throws {
      #expect(try server.client.ask("POST", "/\(holder)/cancel", body: []).status == 202)
    }
  }

  /// The most memory that the service ever had, in KiB.
  private func peak(of server: RunningServer) throws -> Int {
    let service = try #require(server.process.processes(of: "http-runner").first)
    let peak = try #require(ProcessTable.status(service)?["VmHWM"]).split(separator: " ")
    return try #require(peak.first.flatMap { Int($0) })
  }

  // Proves P-064.
  @Test func `two hundred follow one job, and each gets every byte`() throws {
    let held = try Held()
    let bytes = 2_000_003
    let job = try held.job(bytes)
    let clients = try FollowingClients(
      held.server, "/\(job)/stdout?follow=1", bytes: bytes, readers: 200)
    try held.go()
    #expect(try clients.facts().number("whole") == 200)
    #expect(try held.server.finished(job).code == 0)
    #expect(try held.server.stop() == .exited(0))
  }

  // Proves P-067.
  @Test func `two gigabytes are followed while they are printed, in bounded memory`() throws {
    let held = try Held(["--output-per-stream", "4G"])
    let bytes = 2 << 30
    let job = try held.job(bytes)
    let before = try peak(of: held.server)
    let clients = try FollowingClients(
      held.server, "/\(job)/stdout?follow=1", bytes: bytes, readers: 1)
    try held.go()
    let facts = try clients.facts()
    #expect(facts.number("whole") == 1, "\(facts.text)")
    let growth = try peak(of: held.server) - before
    #expect(growth < 100 << 10, "\(growth) KiB")
    let deleted = try waiting(for: "the job's end") {
      let status = try held.server.client.ask("DELETE", "/\(job)").status
      return status == 409 ? nil : status
    }
    #expect(deleted == 204)
    #expect(try held.server.stop() == .exited(0))
  }

  // Proves P-066.
  /// The dead ones are never cut here: a job or a client that waited for them would wait for ever.
  @Test func `clients that never read cost a job and its other clients neither time nor memory`()
    throws
  {
    let bytes = 128 << 20
    let held = try Held(["--http-idle", "3600", "--output-per-stream", "1G"])
    let job = try held.job(bytes)
    let target = "/\(job)/stdout?follow=1"
    let before = try peak(of: held.server)
    let dead = try FollowingClients(held.server, target, bytes: bytes, readers: 0, dead: 20)
    let reader = try FollowingClients(held.server, target, bytes: bytes, readers: 1)
    try held.go()
    // The end of the stream is that of the job.
    #expect(try reader.facts().number("whole") == 1)
    let growth = try peak(of: held.server) - before
    #expect(growth < 32 << 10, "\(growth) KiB")
    #expect(try held.server.stop() == .exited(0))
    withExtendedLifetime(dead) {}
  }

  // Proves P-066.
  @Test func `clients that never read are cut when their time is up, and no other is`() throws {
    let bytes = 8 << 20
    let held = try Held(["--http-idle", "2", "--output-per-stream", "1G"])
    let job = try held.job(bytes)
    let clients = try FollowingClients(
      held.server, "/\(job)/stdout?follow=1", bytes: bytes, readers: 1, dead: 20)
    try held.go()
    let facts = try clients.facts()
    #expect(facts.number("whole") == 1 && facts.number("cut") == 20, "\(facts.text)")
    let cut = try #require(facts.number("cut-milliseconds"))
    #expect(cut > 2000, "not before its time: \(cut) ms")
    #expect(try held.server.stop() == .exited(0))
  }

  // Proves P-066.
  /// All of it is in the socket, so that nothing but its send queue tells that it was not read.
  @Test func `a client that never reads is cut though its socket has room for all`() throws {
    let server = try RunningServer(whitelist: ["/bin/sh"], options: ["--http-idle", "1"])
    let bytes = 400_000
    let job = try server.submit("/bin/sh", ["-c", "head -c \(bytes) /dev/zero; exec sleep 1000"])
    let clients = try FollowingClients(
      server, "/\(job)/stdout?follow=1", bytes: bytes, readers: 0, dead: 1)
    #expect(try clients.facts().number("cut") == 1)
    #expect(try server.stop() == .exited(0))
  }

  /// The job prints a line only when the event of the one before has come, so nothing later pushes
  /// an event; and no processor is idle for long while one is on its way.
  @Test func `an event comes as soon as the job wrote it`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("lines"), mode: 0o777)
    let lines = try NamedPipe(host("lines/fifo"))
    let server = try RunningServer(
      whitelist: ["/bin/sh"], options: ["--write", host("lines")])
    let job = try server.submit(
      "/bin/sh", ["-c", "while read -r line; do echo $line; done <\(host("lines/fifo"))"])
    let socket = try Socket(port: server.client.port)
    socket.send(
      Array("GET /\(job)/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
    let idle = try IdleTime()
    var text = ""
    for number in 0..<Self.events {
      try lines.write(line: "line \(number)")
      while !text.contains(#"{"text":"line \#(number)\n"}"#) {
        let more = try socket.receive(before: monotonicSeconds() + patienceSeconds)
        guard !more.isEmpty else { throw TestFailure("the events ended: \(text)") }
        text += String(decoding: more, as: UTF8.self)
      }
    }
    let seconds = try idle.seconds() / Double(Self.events)
    #expect(seconds < 0.25, "for each event every processor was idle for as long")
  }

  private static let events = 20
}
