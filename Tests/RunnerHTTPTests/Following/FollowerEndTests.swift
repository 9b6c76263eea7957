import Glibc
import RunnerCore
import RunnerHTTP
import TestSupport
import Testing

/// Clients that leave, that stand still, that are slow; and a service that stops.
struct FollowerEndTests {
  private static let targets = ["/stdout?follow=1", "/events"]

  @Test func `an idle event stream gets a heartbeat comment at each interval`() async throws {
    let launcher = LiveLauncher()
    var settings = HTTPSettings()
    settings.heartbeatInterval = .milliseconds(50)
    let (kinds, time) = try await TestServer.run(settings, launcher: launcher) { server in
      let path = try server.submit("live")
      // Before the stream begins: this thread may be kept from reading for longer than that takes.
      let begin = ContinuousClock.now
      let client = try FollowClient(server, path + "/events")
      return (try (0..<6).map { _ in try client.event()?.isComment }, .now - begin)
    }
    #expect(kinds == [false, false, true, true, true, true])
    #expect(time > .milliseconds(150))
  }

  // Proves P-064.
  @Test func `a service that stops ends every followed answer`() async throws {
    let launcher = LiveLauncher()
    let engine = TestServer.engine(launcher)
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("x")
      let clients = try (0..<50).flatMap { _ in
        try Self.targets.map { try FollowClient(server, path + $0) }
      }
      for client in clients where client.fields["content-type"] == "application/octet-stream" {
        #expect(try client.read(1) == [0x78])
      }
      let idle = try IdleTime()
      let stopped = Task { await server.server.stop() }
      for client in clients {
        _ = try client.rest()
        #expect(!client.isWhole, "nobody may take this for the end of the job")
      }
      #expect(try idle.seconds() < 5, "every processor was idle for as long")
      _ = stopped
    }
    await engine.shutDown()
  }

  // Proves P-066.
  @Test(arguments: targets)
  func `a client that disconnects is noticed though there is nothing to send`(target: String)
    async throws
  {
    let launcher = LiveLauncher()
    var settings = HTTPSettings()
    settings.connectionsMax = 8
    // The watchdog looks eight times as often as the shortest of its limits; no body comes here.
    settings.bodyTime = .milliseconds(400)
    let statuses = try await TestServer.run(settings, launcher: launcher) { server in
      let path = try server.submit("live")
      var clients = try (0..<7).map { _ in try FollowClient(server, path + target) }
      #expect(clients.count == 7)
      clients = []
      // All have to go before as many can come.
      return try waiting(for: "the connections of those that left") { () -> [Int]? in
        clients = []
        for _ in 0..<7 {
          guard let client = try? FollowClient(server, path + target) else { return nil }
          clients.append(client)
        }
        return clients.map(\.status)
      }
    }
    #expect(statuses == Array(repeating: 200, count: 7))
  }

  // Proves P-066.
  /// More than fits into the sockets, and so little that only the client's own is full.
  @Test(arguments: targets, [12 << 20, 40_000])
  func `a client that reads nothing is disconnected, and no other client is affected`(
    target: String, bytes: Int
  ) async throws {
    let launcher = LiveLauncher()
    var settings = HTTPSettings()
    // Longer than a busy machine keeps the reader from reading.
    settings.idleTime = .seconds(2)
    settings.heartbeatInterval = .milliseconds(200)
    try await TestServer.run(settings, launcher: launcher) { server in
      let path = try server.submit("live")
      let dead = try FollowClient(server, path + target, receiveBufferBytes: 4096)
      let reader = try FollowClient(server, path + target)
      for _ in 0..<10 { try launcher.write([UInt8](repeating: 0x61, count: bytes / 10)) }
      var count = 0
      while count < bytes / 10 * 10 {
        let some = try reader.available().count
        count += some
        guard some > 0 else { throw RawClient.Failure.cut(after: []) }
      }
      // All are quiet, but for the reader there is nothing. While the second is waited for, that is
      // so for longer than the idle time.
      try dead.awaitHangup()
      let second = try FollowClient(server, path + target, receiveBufferBytes: 4096)
      try second.awaitHangup()
      try launcher.end()
      _ = try reader.rest()
      #expect(reader.isWhole)
      for client in [dead, second] {
        let got = try client.rest()
        #expect(!client.isWhole && got.count < bytes)
      }
    }
  }

  // Twin of P-066.
  @Test func `a slow client gets every byte`() async throws {
    let launcher = LiveLauncher()
    var settings = HTTPSettings()
    settings.idleTime = .seconds(1)
    let all = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let pauseMax = settings.idleTime / 2
    try await TestServer.run(settings, launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write(all)
      // One that a busy machine kept from reading may be cut; then another reads.
      let slow = try waiting(for: "a client that read in time") {
        let slow = try FollowClient(server, path + "/stdout?follow=1", receiveBufferBytes: 4096)
        let (got, longestPause) = Self.readSlowly(slow, all.count)
        guard longestPause < pauseMax else { return nil as FollowClient? }
        #expect(got == all, "cut after \(got.count) bytes")
        return slow
      }
      try launcher.end()
      #expect(try slow.rest() == [] && slow.isWhole)
    }
  }

  /// Reads for three times the idle time in all, with pauses of a twentieth of it.
  ///
  /// - Returns: what came, up to `count` bytes, and the longest time between two reads.
  private static func readSlowly(
    _ client: FollowClient, _ count: Int
  ) -> (bytes: [UInt8], longestPause: Duration) {
    var bytes: [UInt8] = []
    var longestPause = Duration.zero
    var last = ContinuousClock.now
    while bytes.count < count {
      guard let some = try? client.read(min(5000, count - bytes.count)) else { break }
      bytes += some
      usleep(50_000)
      longestPause = max(longestPause, .now - last)
      last = .now
    }
    return (bytes, longestPause)
  }

  // Proves P-064.
  @Test func `two hundred follow one job, and each gets every byte`() async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let clients = try (0..<200).map { _ in try FollowClient(server, path + "/stdout?follow=1") }
      var all: [UInt8] = []
      for round in 0..<20 {
        let part = [UInt8](repeating: UInt8(round), count: 1 + round * 700)
        try launcher.write(part)
        all += part
        if round % 5 == 0 { #expect(try clients[round].read(1) == [0]) }
      }
      try launcher.end()
      for (index, client) in clients.enumerated() {
        let begin = [0, 5, 10, 15].contains(index) ? 1 : 0
        #expect(try client.rest().elementsEqual(all[begin...]) && client.isWhole)
      }
    }
  }
}
