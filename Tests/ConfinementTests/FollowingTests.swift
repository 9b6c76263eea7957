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
  @Test func `one that never reads costs neither time nor memory, and is cut`() throws {
    let bytes = 128 << 20
    var times: [Int] = []
    for dead in [0, 20] {
      let held = try Held(["--http-idle", "2", "--output-per-stream", "1G"])
      let job = try held.job(bytes)
      let before = try peak(of: held.server)
      let clients = try FollowingClients(
        held.server, "/\(job)/stdout?follow=1", bytes: bytes, readers: 1, dead: dead)
      try held.go()
      let facts = try clients.facts()
      #expect(facts.number("whole") == 1 && facts.number("cut") == dead, "\(facts.text)")
      times.append(try #require(facts.number("milliseconds")))
      let cut = try #require(facts.number("cut-milliseconds"))
      #expect(dead == 0 || cut > 2000, "not before its time: \(cut) ms")
      let growth = try peak(of: held.server) - before
      #expect(growth < 32 << 10, "\(growth) KiB")
      #expect(try held.server.stop() == .exited(0))
    }
    #expect(times[1] < 4 * times[0] + 2000, "milliseconds without and with dead ones: \(times)")
  }

  /// The job prints a line only when the event of the one before has come, so nothing later pushes
  /// an event; and no processor is idle for long while one is on its way.
  @Test func `an event comes as soon as the job wrote it`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("lines"), mode: 0o777)
    let lines = try Self.fifo(host("lines/fifo"))
    defer { close(lines) }
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
      let line = Array("line \(number)\n".utf8)
      #expect(unsafe write(lines, line, line.count) == line.count)
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

  /// A pipe by name that anybody may open, open for reading and writing, so that neither side waits
  /// for the other to come.
  private static func fifo(_ path: String) throws -> Int32 {
    guard unsafe mkfifo(path, 0o666) == 0, unsafe chmod(path, 0o666) == 0 else {
      throw TestFailure("mkfifo \(path): \(errorText(errno))")
    }
    let file = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw TestFailure("open \(path): \(errorText(errno))") }
    return file
  }
}
