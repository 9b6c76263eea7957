import Glibc
import TestSupport
import Testing

/// Grants of policy that the kernel keeps: listed TCP ports, processors, niceness, devices.
struct GrantTests {
  private static func server(_ keys: String) throws -> RunningServer {
    try RunningServer(
      whitelist: [], config: "{entries: {probe: {path: '\(Probe.path())', \(keys)}}}")
  }

  /// A process that listens, and where.
  private struct Listener {
    let port: Int
    private let child: Child

    init() throws {
      let folder = try RootFolder()
      let file = unsafe open(folder("facts"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
      defer { close(file) }
      child = try Child(Probe.path(), ["tcp-server"], descriptors: (-1, file, -1))
      port = try waiting(for: "a port") {
        ProbeOutput(Files.text(of: folder("facts")) ?? "").number("port")
      }
    }
  }

  /// Two ports that nobody has, one after the other: below those that the kernel hands out, so that
  /// no program beside this one is given them meanwhile (ip(7), ip_local_port_range).
  private static func freePort() throws -> Int {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map { Files.text(of: $0) ?? "" }
    let taken = tables.joined(separator: "\n").split(separator: "\n").compactMap { line in
      line.split(separator: " ").dropFirst().first?.split(separator: ":").last.flatMap {
        Int($0, radix: 16)
      }
    }
    let ports = stride(from: 21_000, to: 32_000, by: 2).filter {
      !taken.contains($0) && !taken.contains($0 + 1)
    }
    return try #require(ports.randomElement())
  }

  static let beyond = [
    "connect-other": "EACCES", "fast-open": "EOPNOTSUPP", "fast-open-63": "EOPNOTSUPP",
    "bind-other": "EACCES", "datagram": "EPROTONOSUPPORT",
  ]

  // Proves P-013.
  @Test(arguments: [false, true])
  func `of the network only the listed ports are there, whether or not refusals are watched`(
    isWatched: Bool
  ) throws {
    let granted = try Listener()
    let other = try Listener()
    let free = try Self.freePort()
    let keys =
      "network: {connect: [\(granted.port)], bind: [\(free)]}, diagnose: \(isWatched)"
    guard try KernelRelease.isAtLeast(6, 7) else {
      let words = try Self.refusal(keys)
      #expect(words.contains("landlock-network"), "\(words)")
      return
    }
    let server = try Self.server(keys)
    let found = try server.probe("ports", ["\(granted.port)", "\(other.port)", "\(free)"])
    #expect(found["connect"] == "ok" && found["bind"] == "ok", "\(found.text)")
    for (way, answer) in Self.beyond { #expect(found[way] == answer, "\(way): \(found.text)") }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-013.
  @Test func `with no port to bind a job cannot listen at all`() throws {
    guard try KernelRelease.isAtLeast(6, 7) else { return }
    let granted = try Listener()
    let server = try Self.server("network: {connect: [\(granted.port)]}")
    let found = try server.probe("ports", ["\(granted.port)", "1", "\(try Self.freePort())"])
    #expect(found["connect"] == "ok" && found["bind"] != "ok", "\(found.text)")
    #expect(found["listen-unbound"] == "EPERM", "\(found.text)")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-013.
  @Test func `outside, every port is reached in each of those ways`() throws {
    let granted = try Listener()
    let other = try Listener()
    let found = try Probe.bare(
      "ports", ["\(granted.port)", "\(other.port)", "\(try Self.freePort())"])
    for way in ["connect", "bind", "listen-unbound"] + Self.beyond.keys {
      #expect(found[way] == "ok", "\(way): \(found.text)")
    }
  }

  // Proves P-015.
  @Test func `a job keeps to its processors and its niceness`() throws {
    let server = try Self.server("nice: 7, processors: [0]")
    let found = try server.probe("scheduling")
    #expect(found["niceness"] == "7" && found["processors"] == "1", "\(found.text)")
    #expect(found["own-processors"] == "ok", "\(found.text)")
    // It answers as in a cpuset, and nothing comes of it.
    #expect(found["more-processors"] == "ok" && found["processors-then"] == "1", "\(found.text)")
    #expect(found["processors-online"] == "1" && found["processors-configured"] == "1")
    #expect(found["less-nice"] == "EACCES" || found["less-nice"] == "EPERM")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-015.
  @Test func `outside, and where policy names none, processors are anybody's to choose`() throws {
    let found = try Probe.bare("scheduling")
    #expect(found["niceness"] == "0" && found["more-processors"] == "ok", "\(found.text)")
    #expect(found["processors-then"] == found["processors-online"], "\(found.text)")
    #expect(found["less-nice"] == "ok")
    let server = try RunningServer(whitelist: [Probe.path()])
    #expect(try server.probe("scheduling")["more-processors"] == "ok")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-014.
  /// One that root alone may open on the host, as a group alone may open an encoder there.
  @Test func `a device that policy grants can be opened by a job, and by no other`() throws {
    let device = "/dev/http-runner-\(UInt32.random(in: 0...UInt32.max))"
    #expect(unsafe mknod(device, S_IFCHR | 0o600, 1 << 8 | 5) == 0)  // As /dev/zero.
    defer { _ = unsafe unlink(device) }
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {probe: {path: '\(Probe.path())', devices: ['\(device)']},
          other: {path: '/bin/dd'}}}
        """)
    #expect(try server.probe("read-paths", [device])[device] == "ok")
    #expect(try server.probe("write-paths", [device])[device] == "ok")
    let other = try server.run("/bin/dd", ["if=\(device)", "count=1"])
    #expect(other.code == 1 && other.stderr.contains("No such file"), "\(other.document)")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-014.
  @Test func `outside, whoever is not root may not open that device`() throws {
    let device = "/dev/http-runner-\(UInt32.random(in: 0...UInt32.max))"
    #expect(unsafe mknod(device, S_IFCHR | 0o600, 1 << 8 | 5) == 0)
    defer { _ = unsafe unlink(device) }
    #expect(try Probe.unprivileged("read-paths", [device])[device] == "EACCES")
    #expect(try Probe.bare("read-paths", [device])[device] == "ok")
  }

  /// Watching takes two descriptors of the job's own process before it is executed.
  @Test func `refusals are watched although a job may have sixteen descriptors`() throws {
    let server = try Self.server("diagnose: true, limits: {openFiles: 16}")
    let ids = try (0..<8).map { _ in try server.submit(Probe.path(), ["calls"]) }
    for id in ids {
      let job = try server.finished(id)
      #expect(job.code == 0 && job.failure == nil, "\(job.document)")
    }
    #expect(try server.stop() == .exited(0))
  }

  /// What the service says when it will not start.
  private static func refusal(_ keys: String) throws -> String {
    let process = try RunnerProcess(
      whitelist: [], config: "{entries: {probe: {path: '\(Probe.path())', \(keys)}}}")
    #expect(try process.child.wait() != .exited(0))
    return process.log
  }
}
