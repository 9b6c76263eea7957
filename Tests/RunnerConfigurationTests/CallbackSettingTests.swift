import RunnerConfiguration
import Testing

/// What may be said of callbacks.
struct CallbackSettingTests {
  private func file(_ callbacks: String) -> String {
    "{service: {callbacks: {\(callbacks)}}, entries: {a: {path: '/bin/a'}}}"
  }

  @Test func `all of it is read`() throws {
    let callbacks = try ConfigurationFixture.configuration(
      file(
        """
        allow: ["10.0.0.0/8:8080-8099", "[fd00::/8]:443", "127.0.0.1:9100", "[::1]:80"],
        secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], perReceiver: 7,
        retries: ["10ms", "1s", "1s", "24h"], giveUpAfter: "2h"
        """)
    ).service.callbacks
    #expect(callbacks.allow?.map(\.prefix) == [8, 8, 32, 128])
    #expect(callbacks.allow?.map(\.ports) == [8080...8099, 443...443, 9100...9100, 80...80])
    #expect(callbacks.allow?[0].bytes == [10, 0, 0, 0])
    #expect(callbacks.secrets.map { $0.bytes.prefix(2) } == [[0x31, 0xf2]])
    #expect(callbacks.secrets[0].bytes.count == 24 && "\(callbacks.secrets[0])" == "a secret")
    #expect(callbacks.perReceiver == 7 && callbacks.giveUpSeconds == 7200)
    #expect(callbacks.retryMilliseconds == [10, 1000, 1000, 86_400_000])
  }

  @Test(arguments: [
    "10.0.0.0/8", "10.0.0.0:0", "10.0.0.0:1-65536", "10.0.0.0:9-8", "10.0.0.0/33:1", "10.0.0.1/8:1",
    "fd00::/8:443", "[10.0.0.0/8]:1", "host:80", "[::ffff:10.0.0.0/104]:1", "", ":", "10.1:80",
    "[fd00::1/8]:1", "10.0.0.0/8:", "10.0.0.0//8:1", "10.0.0.0/-1:1",
  ])
  func `what is no network with ports is refused with its place`(text: String) throws {
    let refusal = try #require(ConfigurationFixture.refusal(file("allow: ['\(text)']")))
    #expect(refusal.problems.map(\.key) == ["service.callbacks.allow[0]"])
  }

  // Proves P-059.
  @Test(arguments: [
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_QUJD",
    "whsec_MfKQ9r8GKYqrTwjU!D8ILPZIo2LaLaSw",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAA=",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAB==",
  ])
  func `a secret is quoted in no error`(text: String) throws {
    let refusal = try #require(ConfigurationFixture.refusal(file("secrets: ['\(text)']")))
    #expect(refusal.problems.map(\.key) == ["service.callbacks.secrets[0]"])
    #expect(!"\(refusal)".contains(text.dropFirst(6)))
    let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let twice = try #require(ConfigurationFixture.refusal(file("secrets: ['\(good)', '\(good)']")))
    #expect(!"\(twice)".contains("MfKQ9r8"))
  }

  @Test(arguments: ["1", "9ms", "25h", "1d", "s", "-1s", "1.5s"])
  func `what is no time to wait is refused`(text: String) throws {
    let refusal = try #require(ConfigurationFixture.refusal(file("retries: ['\(text)']")))
    #expect(refusal.problems.map(\.key) == ["service.callbacks.retries[0]"])
  }
}
