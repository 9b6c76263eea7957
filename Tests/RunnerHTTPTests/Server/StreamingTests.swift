import RunnerCore
import RunnerHTTP
import Testing

struct StreamingTests {
  @Test(arguments: [("fill", 1 << 10), ("fill", 40 << 10), ("fill", 300_000), ("plain", 16 << 20)])
  func `a document arrives as it is, whatever its size`(
    kind: String, bytesPerStream: Int
  ) async throws {
    let (answer, path, engine) = try await TestServer.run { server in
      let path = try server.submit("\(kind) \(bytesPerStream)")
      return (try server.ended(path), path, server.engine)
    }
    let id = try #require(JobID(path.dropFirst()))
    let job = try #require(engine.job(id))
    let expected = try await onOwnThread { JobDocument(job).bytes() }.get()
    let isShort = bytesPerStream < 32 << 10
    #expect(answer.fields["content-length"] == (isShort ? "\(expected.count)" : nil))
    #expect(answer.fields["transfer-encoding"] == (isShort ? nil : "chunked"))
    #expect(answer.body == expected)
    #expect(expected.count > 2 * bytesPerStream)
  }

  @Test func `a client of HTTP 1_0 reads a long document until the connection ends`() async throws {
    let (whole, old) = try await TestServer.run { server in
      let path = try server.submit("fill 300000")
      let whole = try server.ended(path)
      let client = try server.client()
      client.send("GET \(path) HTTP/1.0\r\n\r\n")
      return (whole.body, Array(try client.everything().utf8))
    }
    let parts = old.split(separator: 0x0d, maxSplits: 1)
    #expect(String(decoding: parts[0], as: UTF8.self).hasSuffix(" 200 OK"))
    #expect(old.suffix(whole.count) == whole[...])
    let head = String(decoding: old.dropLast(whole.count), as: UTF8.self).lowercased()
    #expect(!head.contains("transfer-encoding") && !head.contains("content-length"))
    #expect(head.hasSuffix("\r\n\r\n"))
  }

  @Test func `HEAD of a long document says its length, and the connection goes on`() async throws {
    let (whole, head, next) = try await TestServer.run { server in
      let path = try server.submit("fill 300000")
      let whole = try server.ended(path).body
      let client = try server.client()
      client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let head = try client.response(toHead: true)
      client.send("GET /jobs HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return (whole, head, try client.response())
    }
    #expect(head.status == 200)
    #expect(head.fields["content-length"] == "\(whole.count)")
    #expect(head.fields["content-type"] == "application/json")
    #expect(next.status == 200)
    #expect(next.text.hasPrefix(#"{"jobs":["#))
  }

  @Test func `two requests for a long document on one connection are both whole`() async throws {
    let bodies = try await TestServer.run { server in
      let path = try server.submit("fill 262144")
      _ = try server.ended(path)
      let client = try server.client()
      let get = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      client.send(get + get)
      return [try client.response().body, try client.response().body]
    }
    #expect(bodies[0].count > 2 * 262_144)
    #expect(bodies[0] == bodies[1])
  }
}
