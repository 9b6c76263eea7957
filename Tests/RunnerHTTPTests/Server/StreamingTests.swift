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
    #expect(answer.fields["content-length"] == "\(expected.count)")
    #expect(answer.body == expected)
    #expect(expected.count > 2 * bytesPerStream)
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
