import RunnerCore
import Testing

@testable import RunnerHTTP

/// Who asks, where a proxy asks for somebody.
struct ProxyTests {
  private func client(
    _ fields: [(String, String)], peer: String = "127.0.0.1",
    field: ProxyField = .xForwardedFor
  ) throws -> String {
    var settings = HTTPSettings()
    settings.proxyField = field
    settings.proxies = [
      ProxyNetwork(bytes: [127, 0, 0, 0], prefix: 8),
      ProxyNetwork(bytes: [10, 1, 0, 0], prefix: 16),
      ProxyNetwork(bytes: [0xfd] + [UInt8](repeating: 0, count: 15), prefix: 8),
    ]
    var head = HeaderFields()
    for (name, value) in fields {
      head.add(name: Array(name.utf8).span, value: Array(value.utf8).span)
    }
    return ProxyList(settings).client(of: head, from: try #require(PeerAddress(peer))).text
  }

  // Proves P-192.
  @Test(arguments: [
    ("192.0.2.7", "192.0.2.7"), ("192.0.2.7:4711", "192.0.2.7"), (" 192.0.2.7 ", "192.0.2.7"),
    // The newest that is no proxy: what stands before it the client may have written.
    ("198.51.100.1, 192.0.2.7", "192.0.2.7"), ("192.0.2.7, 10.1.2.3, 127.0.0.1", "192.0.2.7"),
    ("::ffff:192.0.2.7", "192.0.2.7"), ("192.0.2.7, fd00::1", "192.0.2.7"),
    ("2001:db8:1:2::17", "20010db800010002"), ("[2001:db8:1:2::17]:80", "20010db800010002"),
    // Who is named wrongly, or is a proxy, is not believed.
    ("", "127.0.0.1"), ("unknown", "127.0.0.1"), ("10.1.0.1", "127.0.0.1"),
    ("192.0.2.7, unknown", "127.0.0.1"), ("192.0.2.7, unknown, 10.1.0.1", "127.0.0.1"),
    ("192.0.2.256", "127.0.0.1"), ("192.0.2.7,", "192.0.2.7"),
  ])
  func `a listed proxy says who asks`(value: String, client: String) throws {
    #expect(try self.client([("X-Forwarded-For", value)]) == client)
  }

  // Twin of P-192.
  @Test func `nobody else does, and no other field`() throws {
    let forged = [("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.8")]
    #expect(try client(forged, peer: "203.0.113.9") == "203.0.113.9")
    #expect(try client(forged) == "192.0.2.7")
    #expect(try client(forged, field: .forwarded) == "192.0.2.8")
    #expect(try client([forged[0]], field: .forwarded) == "127.0.0.1")
    #expect(try client([forged[1]]) == "127.0.0.1")
  }

  @Test(arguments: [
    ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
    ("for=198.51.100.1, For=\"192.0.2.60:80\"", "192.0.2.60"),
    ("proto=http; for = \"[2001:db8:cafe::17]:4711\"", "20010db8cafe0000"),
    ("for=_hidden", "127.0.0.1"), ("by=192.0.2.1", "127.0.0.1"), ("for=\"", "127.0.0.1"),
  ])
  func `Forwarded is read as RFC 7239 has it`(value: String, client: String) throws {
    #expect(try self.client([("Forwarded", value)], field: .forwarded) == client)
  }

  @Test func `lines of the field come one behind the other`() throws {
    let lines = [("X-Forwarded-For", "198.51.100.1"), ("x-forwarded-for", "192.0.2.7")]
    #expect(try client(lines) == "192.0.2.7")
  }

  // Proves P-192.
  @Test func `keys of two clients behind a listed proxy are two`() async throws {
    var settings = HTTPSettings()
    settings.proxies = [ProxyNetwork(bytes: [127, 0, 0, 1], prefix: 32)]
    for (settings, count) in [(settings, 2), (HTTPSettings(), 1)] {
      let ids = try await TestServer.run(settings) { server in
        try Set(
          ["192.0.2.1", "192.0.2.2", "192.0.2.1"].map { client in
            try server.post(
              #"{"command":"/bin/program"}"#,
              "X-Forwarded-For: \(client)\r\nIdempotency-Key: k\r\n"
            ).fields["location"]
          })
      }
      #expect(ids.count == count)
    }
  }

  @Test func `a listed proxy may have more connections than a client`() async throws {
    var settings = HTTPSettings()
    settings.connectionsPerAddressMax = 1
    settings.proxies = [ProxyNetwork(bytes: [127, 0, 0, 1], prefix: 32)]
    try await TestServer.run(settings) { server in
      let first = try server.client()
      #expect(try server.get("/jobs").status == 200)
      _ = first
    }
  }

  @Test func `a wait ends and a connection outlives the minute of proxies`() {
    // proxy_read_timeout and keepalive_timeout of nginx, and of most others: 60 s.
    #expect(LongPollWaiter.heldSecondsMax <= 55)
    #expect(HTTPSettings().idleTime >= .seconds(120))
  }
}
