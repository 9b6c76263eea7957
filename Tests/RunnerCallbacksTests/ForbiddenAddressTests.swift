import CCurl
import Glibc
import NetworkBase
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// Every spelling by which a client could make the service speak to the machine itself. The service
/// listens elsewhere, as one that others reach; each has its twin, in which the address is named.
struct ForbiddenAddressTests {
  private static let spellings = [
    "http://127.0.0.1:PORT/", "http://2130706433:PORT/", "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/", "http://127.1:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/",
    "http://127.9.9.9:PORT/", "http://[::1]:PORT/", "http://[::]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://localhost:PORT/",
    "http://LOCALHOST:PORT/", "http://user:pass@127.0.0.1:PORT/",
    "http://192.0.2.7@127.0.0.1:PORT/", "HTTP://127.0.0.1:PORT/?http://192.0.2.7/",
  ]

  private func policy(_ allowed: [AddressRule]? = nil) throws -> CallbackPolicy {
    CallbackPolicy(
      addresses: AddressRules(
        allowed: allowed,
        listening: [SocketAddress(try #require(NetworkAddress("192.0.2.1")), port: 9000)]))
  }

  private func named(_ port: UInt16) throws -> [AddressRule] {
    try [("127.0.0.0", 8), ("0.0.0.0", 8), ("::1", 128), ("::", 128)].map { network, prefix in
      AddressRule(
        try #require(NetworkAddress(network)), prefix: prefix, ports: Int(port)...Int(port))
    }
  }

  // Proves P-057.
  @Test(arguments: spellings)
  func `no spelling reaches a machine that policy forbids`(spelling: String) async throws {
    let receiver = try Receiver(everywhere: true)
    defer { receiver.close() }
    let url = spelling.replacing("PORT", with: "\(receiver.port)")
    let (result, line) = try await FinishedJobs.outcome(url, policy())
    #expect(result == .failed(.address))
    #expect(line?.contains("nothing was sent") == true)
    #expect(receiver.connections.all.isEmpty)
  }

  // Twin of P-057.
  @Test(arguments: spellings)
  func `where policy names the machine, that spelling reaches it`(spelling: String) async throws {
    let receiver = try Receiver(everywhere: true)
    defer { receiver.close() }
    let url = spelling.replacing("PORT", with: "\(receiver.port)")
    let (result, _) = try await FinishedJobs.outcome(url, policy(named(receiver.port)))
    #expect(result == .answered(status: 204, retryAfterSeconds: nil))
    #expect(receiver.connections.all.count == 1)
  }

  private static let malformed = [
    "http:///127.0.0.1:PORT/", "127.0.0.1:PORT/", "http:/127.0.0.1:PORT/",
    "dict://127.0.0.1:PORT/", "gopher://127.0.0.1:PORT/_x", "ftp://127.0.0.1:PORT/",
  ]

  // Proves P-057.
  @Test(arguments: malformed)
  func `what is no http URL is sent nowhere`(text: String) async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let url = text.replacing("PORT", with: "\(receiver.port)")
    let sender = CallbackSender(log: RecordedLog())
    #expect(sender.problem(with: url) != nil)
    #expect(try await FinishedJobs.outcome(url).result == .failed(.url))
    #expect(receiver.connections.all.isEmpty)
  }

  // Twin of P-057.
  @Test(arguments: malformed)
  func `libcurl alone takes it and connects`(text: String) async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let url = text.replacing("PORT", with: "\(receiver.port)")
    let easy = unsafe try #require(unsafe curl_easy_init())
    defer { unsafe curl_easy_cleanup(easy) }
    _ = unsafe ccurl_set_text(easy, CURLOPT_URL, url)
    _ = unsafe ccurl_set_text(easy, CURLOPT_NOPROXY, "*")
    _ = unsafe ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = unsafe ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, 300)
    _ = unsafe curl_easy_perform(easy)
    _ = try await receiver.connections.wait(for: 1)
  }

  // Proves P-057.
  @Test func `a redirect leads nowhere, and one that is followed would`() async throws {
    let inner = try Receiver()
    defer { inner.close() }
    let answer = "HTTP/1.1 307 T\r\nLocation: \(inner.url())\r\nContent-Length: 0\r\n\r\n"
    let outer = try Receiver(.answers(answer))
    defer { outer.close() }
    let (result, _) = try await FinishedJobs.outcome(outer.url())
    #expect(result == .answered(status: 307, retryAfterSeconds: nil))
    #expect(inner.connections.all.isEmpty)
    let easy = unsafe try #require(unsafe curl_easy_init())
    defer { unsafe curl_easy_cleanup(easy) }
    _ = unsafe ccurl_set_text(easy, CURLOPT_URL, outer.url())
    _ = unsafe ccurl_set_text(easy, CURLOPT_NOPROXY, "*")
    _ = unsafe ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
    _ = unsafe ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, 2000)
    _ = unsafe curl_easy_perform(easy)
    #expect(inner.connections.all.count == 1)
  }

  @Test func `of several addresses of a name only a good one is connected to`() async throws {
    // localhost is ::1 and 127.0.0.1 where both are configured; one of them is named.
    let receiver = try Receiver(everywhere: true)
    defer { receiver.close() }
    let rule = AddressRule(
      try #require(NetworkAddress("127.0.0.1")), prefix: 32,
      ports: Int(receiver.port)...Int(receiver.port))
    let (result, _) = try await FinishedJobs.outcome(
      "http://localhost:\(receiver.port)/", policy([rule]))
    #expect(result == .answered(status: 204, retryAfterSeconds: nil))
  }

  @Test func `a new policy holds from the next try on`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let job = try await FinishedJobs.job(receiver.url())
    let outcomes = Recorder<CallbackOutcome?>()
    try await FinishedJobs.deliver([]) { sender, _ in
      sender.send(job) { outcomes.record($0) }
      _ = try await outcomes.wait(for: 1)
      sender.use(try policy())
      sender.send(job) { outcomes.record($0) }
      _ = try await outcomes.wait(for: 2)
    }
    #expect(
      outcomes.all.map { $0?.result } == [
        .answered(status: 204, retryAfterSeconds: nil), .failed(.address),
      ])
  }
}
