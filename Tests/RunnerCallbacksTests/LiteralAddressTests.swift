import NetworkBase
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// URLs that name an address by its number are judged when their job is submitted.
struct LiteralAddressTests {
  private func problem(_ url: String, _ allowed: [AddressRule]? = nil) throws -> String? {
    CallbackSender(
      CallbackPolicy(
        addresses: AddressRules(
          allowed: allowed,
          listening: [SocketAddress(try #require(NetworkAddress("192.0.2.1")), port: 9000)])),
      log: RecordedLog()
    ).problem(with: url)
  }

  // Proves P-194.
  @Test(arguments: [
    "http://127.0.0.1/", "http://0x7f.1:8080/", "http://2130706433/", "http://0/",
    "http://[::1]/", "http://[::ffff:127.0.0.1]:80/x", "http://169.254.169.254/latest/meta-data",
    "http://[fe80::1]/", "http://224.0.0.1/", "http://192.0.2.1:9000/", "https://255.255.255.255/",
  ])
  func `a forbidden address is refused at submission, by its number`(url: String) throws {
    let problem = try #require(try problem(url))
    #expect(problem.hasPrefix("Callbacks do not go there: ") && problem.contains("callbacks.allow"))
  }

  // Twin of P-194.
  @Test(arguments: [
    "http://127.0.0.1:8080/", "http://0x7f.1:8080/", "http://[::ffff:127.0.0.1]:8080/",
  ])
  func `one that policy names is taken`(url: String) throws {
    let rule = AddressRule(try #require(NetworkAddress("127.0.0.0")), prefix: 8, ports: 8080...8080)
    #expect(try problem(url, [rule]) == nil)
    #expect(try problem("http://198.51.100.1/", [rule]) != nil, "and nothing else then")
  }

  @Test(arguments: [
    "http://198.51.100.7/", "https://[2001:db8::1]:8443/", "http://localhost/",
    "http://runner.lan:80/",
    "http://192.0.2.1:9001/",
  ])
  func `other addresses are taken, and names until they are resolved`(url: String) throws {
    #expect(try problem(url) == nil)
  }

  @Test func `a callback without output sends the job as lists have it`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let slim = try await FinishedJobs.job("http://127.0.0.1:\(receiver.port)/", isSlim: true)
    let outcomes = Recorder<CallbackOutcome?>()
    try await FinishedJobs.deliver([]) { sender, _ in
      sender.send(slim) { outcomes.record($0) }
      _ = try await outcomes.wait(for: 1)
    }
    let text = String(decoding: try #require(receiver.requests.all.first).body, as: UTF8.self)
    #expect(!text.contains("stdout") && text.contains(#""callbackOutput":false"#))
    #expect(text.contains(#""outcome":"exited""#) && text.hasSuffix(#""err":null}"#))
  }
}
