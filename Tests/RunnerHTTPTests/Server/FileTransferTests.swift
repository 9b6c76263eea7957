import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// Answers that go from a file to the socket past the library.
@Suite(.timeLimit(.minutes(30)))
struct FileTransferTests {
  private static let size = 6 << 20

  private static func run(
    _ files: StuckFiles, _ settings: HTTPSettings = HTTPSettings(), size: Int = Self.size,
    _ body: @escaping @Sendable (TestServer, String) throws -> Void
  ) async throws {
    try await TestServer.run(settings, files: files) { server in
      let path = try server.submit("fill \(size)")
      // The engine's table forgets jobs whose output is in files.
      _ = try server.ask("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n\r\n")
      try body(server, path + "/stdout")
    }
  }

  // Proves P-640.
  @Test func `a long file and a long range of it arrive whole, and the connection ends`()
    async throws
  {
    try await Self.run(StuckFiles(isTransferable: true)) { server, path in
      let read = try server.get(path, "Range: bytes=0-1000\r\n")
      #expect(read.status == 206 && read.fields["connection"] == nil)
      for range in [0..<Self.size, 1000..<Self.size, 7..<(2 << 20)] {
        let field = "Range: bytes=\(range.lowerBound)-\(range.upperBound - 1)\r\n"
        let client = try server.client()
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
        let part = try client.response()
        #expect(part.status == 206 && part.body.count == range.count)
        #expect(part.fields["content-length"] == "\(range.count)")
        #expect(part.fields["transfer-encoding"] == nil && part.fields["date"] != nil)
        #expect(part.fields["connection"]?.lowercased() == "close")
        if range.lowerBound == 0 { #expect(part.body.prefix(1001) == read.body[...]) }
        try client.awaitHangup()
      }
      let client = try server.client()
      client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response(toHead: true).fields["content-length"] == "\(Self.size)")
      client.send("GET /queue HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response().status == 200)
    }
  }

  // Proves P-640.
  @Test func `a stuck disk and a client that does not read hold up no other`() async throws {
    let files = StuckFiles(isTransferable: true)
    try await Self.run(files) { server, path in
      let whole = try server.get(path)
      let slow = try RawClient(port: server.port, receiveBufferBytes: 4096)
      slow.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      for _ in 0..<5 { #expect(try server.get("/queue").status == 200) }
      files.stick()
      let stuck = try server.client()
      stuck.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(files.awaitReads(1))
      for _ in 0..<5 { #expect(try server.get("/queue").status == 200) }
      files.unstick()
      #expect(try stuck.response().body == whole.body)
      #expect(try slow.response().body == whole.body)
    }
  }

  // Proves P-066.
  @Test func `a client that reads nothing of a long file is cut, and another has its place`()
    async throws
  {
    var settings = HTTPSettings()
    settings.idleTime = .seconds(1)
    // More than fits into the sockets. In the time for its length alone this would take 13 minutes.
    try await Self.run(StuckFiles(isTransferable: true), settings, size: 12 << 20) { server, path in
      let clients = try (0..<TransferLimiter.transfersMax).map { _ in
        let client = try RawClient(port: server.port, receiveBufferBytes: 4096)
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return client
      }
      for client in clients { try client.awaitHangup() }
      // What goes through the library leaves its connection open.
      try waiting(until: "a place among those that go past the library") {
        let part = try server.get(path, "Range: bytes=0-\(FileTransfer.bytesMin - 1)\r\n")
        return part.fields["connection"]?.lowercased() == "close"
      }
    }
  }

  // Proves P-640.
  @Test func `a transfer goes on while the service stops, for as long as it waits`() async throws {
    let files = StuckFiles(isTransferable: true)
    var settings = HTTPSettings()
    settings.stopTime = .seconds(60)
    try await Self.run(files, settings) { server, path in
      files.stick()
      let client = try server.client()
      client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(files.awaitReads(1))
      let stopped = Task { await server.server.stop() }
      try waiting(until: "new connections to be refused") {
        (try? server.get("/healthz"))?.status == 503
      }
      files.unstick()
      #expect(try client.response().body.count == Self.size)
      _ = stopped
    }
  }

  // Twin of P-640.
  @Test func `a file that cannot be transferred is read, and the connection goes on`()
    async throws
  {
    try await Self.run(StuckFiles()) { server, path in
      let client = try server.client()
      for _ in 0..<2 {
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.response().body.count == Self.size)
      }
    }
  }

  // Proves P-640.
  @Test func `a client that leaves, and a service that stops, leave a stuck transfer behind`()
    async throws
  {
    let files = StuckFiles(isTransferable: true)
    var settings = HTTPSettings()
    settings.stopTime = .milliseconds(100)
    try await Self.run(files, settings) { server, path in
      do {
        let gone = try server.client()
        gone.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = gone.trickle(100_000)
      }
      files.stick()
      for _ in 0..<2 {
        let client = try server.client()
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = client
      }
      #expect(files.awaitReads(1))
    }
    files.unstick()
  }

  @Test func `no more transfers than may be are made at one time`() {
    let limiter = TransferLimiter()
    var slots = (0..<TransferLimiter.transfersMax).map { _ in limiter.acquire() }
    #expect(slots.allSatisfy { $0 != nil } && limiter.acquire() == nil)
    slots.removeLast()
    #expect(limiter.acquire() != nil)
  }

  // Proves P-642.
  @Test func `chunks of followers leave downloads their share of the places`() {
    let limiter = TransferLimiter()
    let most = TransferLimiter.chunksMax
    let chunks = (0..<most).map { _ in limiter.acquire(most: most) }
    #expect(chunks.allSatisfy { $0 != nil } && limiter.acquire(most: most) == nil)
    let files = (most..<TransferLimiter.transfersMax).map { _ in limiter.acquire() }
    #expect(files.count >= 8 && files.allSatisfy { $0 != nil } && limiter.acquire() == nil)
  }
}
