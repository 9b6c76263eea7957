import Glibc
import RunnerCore
import Testing

@testable import RunnerHTTP

/// Followed output that goes from its file to the socket past the library, as chunks of the answer.
@Suite(.timeLimit(.minutes(30)))
struct ChunkTransferTests {
  /// Longer than any chunk of the library's, and different at every place.
  private static let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 / 251 ^ $0) }

  private static func run(
    _ files: StuckFiles, _ settings: HTTPSettings = HTTPSettings(),
    _ body: @escaping @Sendable (TestServer, LiveLauncher, String) throws -> Void
  ) async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(settings, launcher: launcher, files: files) { server in
      let path = try server.submit("live")
      try launcher.write(bytes)
      try body(server, launcher, path + "/stdout?follow=1")
    }
  }

  // Proves P-642.
  @Test(arguments: [0, 7])
  func `a client that is behind gets long chunks from the file, and then what comes`(
    from start: Int
  ) async throws {
    try await Self.run(StuckFiles(isTransferable: true)) { server, launcher, target in
      let range = start > 0 ? "Range: bytes=\(start)-\r\n" : ""
      let client = try FollowClient(server, target, range)
      let behind = Array(Self.bytes[start...])
      #expect(try client.read(behind.count) == behind)
      #expect(client.longestChunk == behind.count)
      try launcher.write("comes")
      #expect(try client.text(5) == "comes")
      try launcher.write(Self.bytes)
      #expect(try client.read(Self.bytes.count) == Self.bytes)
      try launcher.write("last")
      try launcher.end()
      #expect(try client.rest() == Array("last".utf8) && client.isWhole)
    }
  }

  // Proves P-642.
  @Test func `a client that reads slowly gets every byte, and a stuck disk holds up no other`()
    async throws
  {
    let files = StuckFiles(isTransferable: true)
    try await Self.run(files) { server, launcher, target in
      for _ in 0..<9 { try launcher.write(Self.bytes) }
      files.stick()
      let client = try FollowClient(server, target, receiveBufferBytes: 4096)
      #expect(files.awaitReads(1))
      for _ in 0..<5 { #expect(try server.get("/queue").status == 200) }
      files.unstick()
      for _ in 0..<10 { #expect(try client.read(Self.bytes.count) == Self.bytes) }
      try launcher.end()
      #expect(try client.rest() == [] && client.isWhole)
    }
  }

  // Proves P-642.
  @Test func `a chunk that breaks off ends the connection, and the client sees no end`()
    async throws
  {
    let files = StuckFiles(isTransferable: true)
    try await Self.run(files) { server, launcher, target in
      for _ in 0..<9 { try launcher.write(Self.bytes) }
      let client = try FollowClient(server, target, receiveBufferBytes: 4096)
      // Its buffers hold less than what there is.
      #expect(try server.get("/queue").status == 200)
      files.fail()
      _ = try? client.rest()
      #expect(!client.isWhole)
      try launcher.end()
    }
  }

  // Proves P-642.
  @Test func `a client that takes a chunk byte by byte does not hold its place`() async throws {
    var settings = HTTPSettings()
    settings.idleTime = .milliseconds(500)
    settings.responseBytesPerSecondMin = 1 << 30
    try await Self.run(StuckFiles(isTransferable: true), settings) { server, launcher, target in
      for _ in 0..<9 { try launcher.write(Self.bytes) }
      let client = try RawClient(port: server.port, receiveBufferBytes: 4096)
      client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      var received = 0
      // Slowly, but never idle for long: only a bound on the whole chunk ends this.
      while case let count = client.trickle(1024), count > 0 {
        received += count
        usleep(1000)
      }
      #expect((1..<(8 << 20)).contains(received))
      try launcher.end()
    }
  }

  // Proves P-642.
  @Test func `a client that leaves, and a service that stops, leave a stuck chunk behind`()
    async throws
  {
    let files = StuckFiles(isTransferable: true)
    var settings = HTTPSettings()
    settings.stopTime = .milliseconds(100)
    try await Self.run(files, settings) { server, _, target in
      files.stick()
      for _ in 0..<3 { _ = try FollowClient(server, target) }
      let client = try FollowClient(server, target)
      #expect(files.awaitReads(1))
      #expect(!client.isWhole)
    }
    files.unstick()
  }

  // Twin of P-642.
  @Test func `what no transfer can send goes through the library`() async throws {
    try await Self.run(StuckFiles()) { server, launcher, target in
      let client = try FollowClient(server, target)
      #expect(try client.read(Self.bytes.count) == Self.bytes)
      #expect((1...FileTransfer.bytesMin / 8).contains(client.longestChunk))
      try launcher.end()
      #expect(try client.rest() == [] && client.isWhole)
    }
  }
}
