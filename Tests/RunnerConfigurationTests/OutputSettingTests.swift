import RunnerConfiguration
import RunnerProgress
import SandboxBase
import Testing

/// What is kept of output, how programs are made to write it, and who asks behind a proxy.
struct OutputSettingTests {
  @Test func `the end of a long stream is kept unless the operator says no`() throws {
    let file = { (size: String) in
      "{service: {output: {tail: \(size)}}, entries: {a: {path: '/bin/a'}}}"
    }
    #expect(ServiceSettings().outputTail == 64 << 10)
    #expect(try ConfigurationFixture.configuration(file("0")).service.outputTail == 0)
    #expect(try ConfigurationFixture.configuration(file("'1M'")).service.outputTail == 1 << 20)
    #expect(ConfigurationFixture.refusal(file("'2M'")) != nil)
  }

  @Test func `collapsing is an entry's own, and off`() throws {
    #expect(try !ConfigurationFixture.entry("").collapsesLines)
    #expect(try ConfigurationFixture.entry("output: {collapse: true}").collapsesLines)
  }

  @Test func `progress is read where an entry says how, and a name that is not known is refused`()
    throws
  {
    #expect(try ConfigurationFixture.entry("").progress == nil)
    #expect(try ConfigurationFixture.entry("progress: 'svt-av1'").progress == .svtAV1)
    let file = "{entries: {a: {path: '/bin/a', progress: 'ffmpg'}}}"
    #expect(ConfigurationFixture.refusal(file)?.problems.map(\.key) == ["entries.a.progress"])
  }

  @Test func `line buffering sets the variables of stdbuf`() throws {
    let plain = try ConfigurationFixture.entry("")
    #expect(!plain.buffersByLine && plain.policy.environment.fixed.isEmpty)
    let entry = try ConfigurationFixture.entry(
      "lineBuffered: true, environment: {fixed: {_STDBUF_O: '0'}}")
    let fixed = Dictionary(
      uniqueKeysWithValues: entry.policy.environment.fixed.map { ($0.name, $0.value) })
    #expect(entry.buffersByLine)
    #expect(
      fixed == [
        "LD_PRELOAD": LineBuffering.library, "_STDBUF_O": "0", "_STDBUF_E": "L",
        "PYTHONUNBUFFERED": "1",
      ])
    let refusal = ConfigurationFixture.refusal(
      """
      {entries: {a: {path: '/bin/a', lineBuffered: true,
        environment: {fixed: {LD_PRELOAD: '/usr/lib/x.so'}}}}}
      """)
    #expect(refusal?.problems.map(\.key) == ["entries.a.lineBuffered"])
  }

  @Test(arguments: ["127.0.0.1", "10.0.0.0/8", "fd00::/8", "::1", "0.0.0.0/0"])
  func `a network of proxies is an address, with or without a prefix`(network: String) throws {
    let service = try ConfigurationFixture.configuration(
      """
      {service: {http: {proxies: ['\(network)'], proxyField: 'forwarded'}},
       entries: {a: {path: '/bin/a'}}}
      """
    ).service
    #expect(
      service.proxies == [try ConfiguredNetwork(network)] && service.proxyField == "forwarded")
  }

  @Test(arguments: [
    "10.0.0.1/8", "proxy.lan", "10.0.0.0/33", "127.0.0.1:80", "", "::ffff:10.0.0.1", "[::1]",
  ])
  func `what is no network is refused`(network: String) {
    #expect(
      ConfigurationFixture.refusal(
        "{service: {http: {proxies: ['\(network)']}}, entries: {a: {path: '/bin/a'}}}") != nil)
  }
}
