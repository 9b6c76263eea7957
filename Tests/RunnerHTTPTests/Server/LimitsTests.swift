import RunnerCore
import Testing

@testable import RunnerHTTP

struct LimitsTests {
  private static let small = {
    var settings = HTTPSettings()
    settings.bodyBytesMax = 1000
    return settings
  }()

  @Test func `a declared length over the limit is 413 before any body`() async throws {
    let text = try await TestServer.run(Self.small) { server in
      let client = try server.client()
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n")
      return try client.everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 413 "))
    #expect(text.contains("\r\nConnection: close\r\n"))
    #expect(text.hasSuffix(#""error":"The body is larger than 1000 bytes."}"#))
  }

  @Test func `a client that waits for leave gets its refusal instead`() async throws {
    let text = try await TestServer.run { server in
      let client = try server.client()
      client.send(
        "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
      return try client.everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 404 "))
  }

  @Test func `a client that waits for leave and may go on gets it`() async throws {
    let statuses = try await TestServer.run { server in
      let client = try server.client()
      let body = #"{"command":"/bin/program"}"#
      client.send(
        """
        POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r
        Expect: 100-continue\r\n\r\n
        """)
      let leave = try client.response().status
      client.send(body)
      return [leave, try client.response().status]
    }
    #expect(statuses == [100, 202])
  }

  @Test func `a client that sends everything first still reads its 413`() async throws {
    let text = try await TestServer.run { server in
      let client = try server.client()
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n")
      client.send([UInt8](repeating: 0x20, count: 8_000_000))
      return try client.everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 413 "))
  }

  @Test func `a chunked body is counted while it comes`() async throws {
    let text = try await TestServer.run(Self.small) { server in
      let client = try server.client()
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "200\r\n" + String(repeating: " ", count: 0x200) + "\r\n"
      client.send(chunk + chunk + chunk)
      return try client.everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 413 "))
    #expect(text.hasSuffix(#""error":"The body is larger than 1000 bytes."}"#))
  }

  @Test func `a body of exactly the limit is taken, whole or in chunks`() async throws {
    let statuses = try await TestServer.run(Self.small) { server in
      let text = #"{"command":"/bin/program"}"#
      let body = text + String(repeating: " ", count: 1000 - text.utf8.count)
      let client = try server.client()
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: CHUNKED\r\n\r\n")
      // Where it ignores them, extensions do not count.
      let size = Daemon.isLibraryStrict ? "1" : "1;x=y"
      for byte in body { client.send("\(size)\r\n\(byte)\r\n") }
      client.send("0\r\n\r\n")
      return [try client.response().status, try server.post(body).status]
    }
    #expect(statuses == [202, 202])
  }

  @Test func `bodies that are held together have a bound of their own`() async throws {
    var settings = HTTPSettings()
    settings.bodyBytesTotalMax = 1000
    let (refused, later) = try await TestServer.run(settings) { server in
      let holder = try server.client()
      let body = #"{"command":"/bin/program"}"# + String(repeating: " ", count: 800)
      let request = server.submission(body)
      holder.send(String(request.dropLast()))
      // The holder's head was read for sure once another connection was served after it.
      var refused = try server.post(body)
      for _ in 0..<100 where refused.status == 202 { refused = try server.post(body) }
      holder.send(" ")
      _ = try holder.response()
      return (refused, try server.post(#"{"command":"/bin/program"}"#).status)
    }
    #expect(refused.status == 503)
    #expect(refused.fields["retry-after"] == "5")
    #expect(later == 202)
  }

  /// Header fields of `byteCount` bytes in all, `count` of them beside Host and Connection.
  private static func fields(_ byteCount: Int, count: Int, closing: Bool = false) -> String {
    let host = "Host: localhost\r\n" + (closing ? "Connection: close\r\n" : "")
    let each = (byteCount - host.utf8.count) / count
    return host
      + (0..<count).map { number in
        // The last one has what is left over.
        let bytes = number + 1 < count ? each : byteCount - host.utf8.count - each * (count - 1)
        let name = "X\(number): "
        return name + String(repeating: "v", count: bytes - name.utf8.count - 2) + "\r\n"
      }.joined()
  }

  // Proves P-350.
  @Test func `a head of the largest target and the largest fields is taken, and one byte more not`()
    async throws
  {
    let texts = try await TestServer.run { server in
      try [(8192, 8192, 32), (8192, 8193, 32), (8192, 8193, 1), (8193, 8192, 32)].map { sizes in
        let client = try server.client()
        let target = "/" + String(repeating: "a", count: sizes.0 - 1)
        let fields = Self.fields(sizes.1, count: sizes.2, closing: true)
        client.send("GET \(target) HTTP/1.1\r\n\(fields)\r\n")
        return try client.everything()
      }
    }
    #expect(texts[0].hasPrefix("HTTP/1.1 404 "))
    for text in texts[1...2] {
      #expect(text.hasPrefix("HTTP/1.1 431 "))
      #expect(text.hasSuffix(#""error":"The header fields are larger than 8192 bytes."}"#))
    }
    #expect(texts[3].hasPrefix("HTTP/1.1 414 "))
  }

  @Test func `many cookies of a browser, of which the library makes a second copy, are taken`()
    async throws
  {
    let cookies = (0..<60).map { "name\($0)=" + String(repeating: "c", count: 110) }
      .joined(separator: "; ")
    let fields = Self.fields(1000, count: 12) + "Cookie: \(cookies)\r\n"
    #expect(fields.utf8.count > 8000)
    let statuses = try await TestServer.run { server in
      let client = try server.client()
      // Twice: what the first request left is no less than what the second one needs.
      return try (0..<2).map { _ in
        client.send("GET /jobs?limit=5 HTTP/1.1\r\n\(fields)\r\n")
        return try client.response().status
      }
    }
    #expect(statuses == [200, 200])
  }

  @Test func `a target over 8 KiB is 414`() async throws {
    let texts = try await TestServer.run { server in
      try [8192, 8193].map { count in
        let client = try server.client()
        let target = "/" + String(repeating: "a", count: count - 1)
        client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return try client.everything()
      }
    }
    #expect(texts[0].hasPrefix("HTTP/1.1 404 "))
    #expect(texts[1].hasPrefix("HTTP/1.1 414 "))
    #expect(texts[1].hasSuffix(#""error":"The request target is longer than 8192 bytes."}"#))
  }

  @Test func `what is larger than the library's memory is refused by the library`() async throws {
    let texts = try await TestServer.run { server in
      try ["GET /", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "].map { start in
        let client = try server.client()
        client.send(start + String(repeating: "a", count: 100_000))
        return try client.everything()
      }
    }
    #expect(texts[0].hasPrefix("HTTP/1.1 414 "))
    #expect(texts[1].hasPrefix("HTTP/1.1 431 "))
  }
}
