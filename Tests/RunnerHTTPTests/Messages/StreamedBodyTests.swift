import RunnerCore
import Synchronization
import Testing

@testable import RunnerHTTP

/// A route that reads its body while it comes.
struct StreamedBodyTests {
  /// What the handler is allowed to do, and what it saw.
  private final class Upload: Sendable {
    let mayRead = Mutex<(isOpen: Bool, waiter: CheckedContinuation<Void, Never>?)>((false, nil))
    let received = Atomic<Int>(0)
    /// Ends when the handler has met the end of a body that was not whole.
    let incomplete = AsyncStream<Never>.makeStream()

    func open() {
      mayRead.withLock { gate in
        gate.isOpen = true
        return gate.waiter.take()
      }?.resume()
    }

    func waitUntilOpen() async {
      await withCheckedContinuation { continuation in
        let isOpen = mayRead.withLock { gate in
          if !gate.isOpen { gate.waiter = continuation }
          return gate.isOpen
        }
        if isOpen { continuation.resume() }
      }
    }

    var table: RouteTable {
      RouteTable([
        .at(.post, "upload", .submit, "Counts.", body: .streamed) { _, request in
          guard case .stream(let pipe) = request.body else { return .problem(.conflict, nil) }
          await self.waitUntilOpen()
          return await self.count(pipe)
        },
        .at(.post, "early", .submit, "Refuses.", body: .streamed) { _, _ in
          .problem(.conflict, "Early.")
        },
      ])
    }

    private func count(_ pipe: BodyPipe) async -> Response {
      do throws(BodyPipe.IncompleteError) {
        while let piece = try await pipe.next() {
          received.wrappingAdd(piece.count, ordering: .relaxed)
        }
        return Response(.ok, .bytes(Array("\(received.load(ordering: .relaxed))".utf8)))
      } catch {
        incomplete.continuation.finish()
        return .problem(.badRequest, nil)
      }
    }
  }

  private static func settings() -> HTTPSettings {
    var settings = HTTPSettings()
    settings.bodyBytesMax = 64 << 20
    settings.bodyPipeBytesMax = 64 << 10
    // A busy machine may read 32 MiB more slowly than a client is allowed to send them.
    settings.bodyTime = .seconds(600)
    return settings
  }

  private static func head(_ path: String, _ fields: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\r\n"
  }

  @Test(arguments: [0, 1, 100_000, 32 << 20])
  func `a body arrives in full, and no more of it is held than the bound`(count: Int) async throws {
    let upload = Upload()
    let answer = try await TestServer.run(Self.settings(), table: upload.table) { server in
      upload.open()
      let client = try server.client()
      client.send(Self.head("/upload", "Content-Length: \(count)"))
      client.send(String(repeating: "x", count: count))
      return try client.response()
    }
    #expect(answer.status == 200 && answer.text == "\(count)")
  }

  @Test func `a chunked body arrives too, and ends its connection`() async throws {
    let upload = Upload()
    upload.open()
    let answer = try await TestServer.run(Self.settings(), table: upload.table) { server in
      let client = try server.client()
      client.send(Self.head("/upload", "Transfer-Encoding: chunked"))
      client.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
      return try client.response()
    }
    #expect(answer.text == "5" && answer.fields["connection"] == "close")
  }

  @Test func `a handler that answers early is heard, and the rest is not read`() async throws {
    let upload = Upload()
    let text = try await TestServer.run(Self.settings(), table: upload.table) { server in
      let client = try server.client()
      client.send(Self.head("/early", "Content-Length: 60000000"))
      return try client.everything(dripping: "x")
    }
    #expect(text.hasPrefix("HTTP/1.1 409 ") && text.contains("Early."), "\(text)")
    #expect(text.contains("\r\nConnection: close\r\n"))
  }

  @Test(arguments: [(false, "a", 404), (true, ".a", 400), (true, "a?x=1", 400)])
  func `a file that is refused is answered before it is sent, and its connection closed`(
    isKnown: Bool, name: String, status: Int
  ) async throws {
    let text = try await TestServer.run(Self.settings()) { server in
      let unknown = "/" + String(repeating: "0", count: 40)
      let job = try isKnown ? server.submit("plain 1") : unknown
      let client = try server.client()
      client.send(
        """
        PUT \(job)/files/\(name) HTTP/1.1\r
        Host: localhost\r
        Content-Length: \(1 << 40)\r
        \r

        """)
      return try client.everything(dripping: "x")
    }
    #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
    #expect(text.contains("\r\nConnection: close\r\n"))
  }

  @Test func `a handler that reads nothing loses its client when time is up`() async throws {
    var settings = Self.settings()
    settings.bodyTime = .milliseconds(200)
    let upload = Upload()
    let text = try await TestServer.run(settings, table: upload.table) { server in
      let client = try server.client()
      client.send(Self.head("/upload", "Content-Length: 1000000"))
      client.send(String(repeating: "x", count: 300_000))
      defer { upload.open() }
      return try? client.response().text
    }
    #expect(text?.contains("Request Timeout") ?? true)
    for await _ in upload.incomplete.stream {}
  }
}
