import Glibc
import TestSupport
import Testing

/// Two jobs that run at once, one of which offers itself on every channel that there is.
struct ChannelTests {
  static let channels =
    ["abstract-stream", "abstract-datagram"]
    + ["/tmp", "/var/tmp", "/dev/shm", "/run/lock"].flatMap {
      ["socket-in-\($0)", "file-in-\($0)"]
    }
    + [
      "tcp", "udp", "posix-memory", "posix-queue", "sysv-memory", "sysv-queue", "sysv-semaphore",
      "key", "command-line",
    ]

  /// Locks on, and notices of, a file that all jobs share are seen by all, and so are the names of
  /// abstract sockets in the network namespace that they share: see SECURITY.md.
  static let knownChannels = ["flock", "record-lock", "socket-names"]

  /// What a job has no use of even for itself.
  static let notOffered: Set = ["tcp", "udp", "posix-queue", "key"]

  // Proves P-021, P-107.
  @Test func `two jobs that run at once reach each other by no channel`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let token = Self.token()
    let speaker = try server.submit(Probe.path(), ["speaker", token])
    let offers = try server.facts(of: speaker, once: "ready")
    let found = try server.probe("listener", [token])
    for channel in Self.channels {
      #expect(found[channel] != nil && found[channel] != "ok", "\(channel)")
    }
    for channel in ["abstract-stream", "file-in-/tmp", "sysv-memory", "posix-memory"] {
      #expect(offers[channel] == "ok", "\(channel): a job may use it for itself")
    }
    for channel in Self.notOffered { #expect(offers[channel] != "ok", "\(channel)") }
    try Self.end(speaker, on: server)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-021, P-107.
  @Test func `two processes outside reach each other by every channel`() throws {
    let token = Self.token()
    let host = try RootFolder()
    let speaker = try Self.bareSpeaker(token, saying: host("facts"))
    let found = try Probe.bare("listener", [token])
    for channel in Self.channels + Self.knownChannels {
      #expect(found[channel] == "ok", "\(channel)")
    }
    speaker.send(SIGTERM)
    #expect(try speaker.wait() == .exited(0), "it has cleaned up")
  }

  // Proves P-021.
  @Test func `a job reaches no process outside, and none outside reaches it`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let token = Self.token()
    let host = try RootFolder()
    let outside = try Self.bareSpeaker(token, saying: host("facts"))
    let inward = try server.probe("listener", [token])
    for channel in Self.channels where channel != "flock" {
      #expect(inward[channel] != nil && inward[channel] != "ok", "\(channel)")
    }
    outside.send(SIGTERM)
    #expect(try outside.wait() == .exited(0))

    let speaker = try server.submit(Probe.path(), ["speaker", token])
    _ = try server.facts(of: speaker, once: "ready")
    let outward = try Probe.bare("listener", [token])
    // Root sees every command line, and a job's are no secret from it.
    for channel in Self.channels where channel != "command-line" {
      #expect(outward[channel] != nil && outward[channel] != "ok", "\(channel)")
    }
    try Self.end(speaker, on: server)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-107.
  @Test func `a later job finds nothing that an earlier one left`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let token = Self.token()
    let speaker = try server.submit(Probe.path(), ["speaker", token])
    _ = try server.facts(of: speaker, once: "ready")
    kill(try #require(server.process.processes(running: token).first), SIGKILL)
    _ = try server.finished(speaker)
    for _ in 0..<3 {
      let found = try server.probe("listener", [token])
      for channel in Self.channels {
        #expect(found[channel] != nil && found[channel] != "ok", "\(channel)")
      }
    }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-107.
  @Test func `outside, files and System V objects outlive a speaker that is killed`() throws {
    let token = Self.token()
    let host = try RootFolder()
    let speaker = try Self.bareSpeaker(token, saying: host("facts"))
    speaker.send(SIGKILL)
    _ = try speaker.wait()
    let found = try Probe.bare("listener", [token])
    for channel in ["file-in-/tmp", "posix-memory", "posix-queue", "sysv-memory", "sysv-queue"] {
      #expect(found[channel] == "ok", "\(channel)")
    }
    let cleaner = try Self.bareSpeaker(token, saying: host("more-facts"))
    cleaner.send(SIGTERM)
    _ = try cleaner.wait()
  }

  private static func token() -> String { "http-runner-\(UInt64.random(in: 0...UInt64.max))" }

  /// A speaker that is no job, once it offers all that it has to offer.
  private static func bareSpeaker(_ token: String, saying path: String) throws -> Child {
    let file = unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    defer { close(file) }
    let speaker = try Child(Probe.path(), ["speaker", token], descriptors: (-1, file, -1))
    try waiting(until: "the speaker to be ready") {
      ProbeOutput(Files.text(of: path) ?? "")["ready"] != nil
    }
    return speaker
  }

  private static func end(_ job: String, on server: RunningServer) throws {
    for process in server.process.processes(running: "probe speaker") { kill(process, SIGTERM) }
    _ = try server.finished(job)
  }
}
