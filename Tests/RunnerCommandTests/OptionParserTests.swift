@testable import RunnerCommand
import RunnerConfiguration
import SandboxBase
import Testing

/// Command lines that are taken, and what they come to.
struct OptionParserTests {
  private func options(_ arguments: [String]) throws -> Options {
    guard case .serve(let options) = try OptionParser.parse(arguments) else {
      throw OptionError(what: "\(arguments)", why: "It asks for no service.", example: "")
    }
    return options
  }

  @Test func `the original's own line works as typed`() throws {
    let line = ["-p", "8080", "-w", "/usr/bin/ffmpeg,/usr/bin/rake"]
    let options = try options(line)
    var expected = ServiceSettings()
    expected.port = 8080
    #expect(options.service == expected)
    #expect(options.defaults == EntrySettings())
    #expect(options.whitelist == ["/usr/bin/ffmpeg", "/usr/bin/rake"])
  }

  @Test(arguments: [
    ["-p", "8080"], ["-p8080"], ["--p=8080"], ["--p", "8080"], ["--port=8080"],
    ["--port", "8080"], ["-p", "08080"],
  ])
  func `every spelling of the original means the same`(spelling: [String]) throws {
    #expect(try options(spelling + ["-w", "/bin/true"]).port == 8080)
    #expect(try options(["-w", "/bin/true"] + spelling).port == 8080)
  }

  @Test func `all four letters of the original are there`() throws {
    let options = try options(["-w/bin/a", "-p1", "-i::1", "-n7"])
    #expect(options.whitelist == ["/bin/a"])
    #expect(options.port == 1)
    #expect(options.interface == "::1")
    #expect(options.keep == 7)
  }

  @Test func `every option reaches its own setting`() throws {
    let options = try options([
      "--whitelist=/bin/a", "--port=0", "--interface=0.0.0.0", "--host-name=A.lan,b",
      "--insecure-no-auth", "--keep=1", "--user=media", "--timeout=2", "--grace=3",
      "--stop-signal=INT", "--running=4",
      "--queued=5", "--output-per-stream=6K", "--output-total=7M", "--limit-cpu=8",
      "--limit-file-size=9G", "--limit-open-files=100", "--limit-processes=11",
      "--limit-data=12M", "--limit-stack=13M", "--limit-locked-memory=0", "--http-body=15K",
      "--http-header-time=16", "--http-body-time=17", "--http-idle=18", "--http-connections=19",
      "--http-connections-per-address=20", "--id-range=65536-65542", "--work-folder=/srv/w",
      "--launcher=/srv/l", "--same-user", "--config=/srv/c",
    ])
    var service = ServiceSettings()
    service.port = 0
    service.interface = "0.0.0.0"
    service.hostNames = ["a.lan", "b"]
    service.insecureNoAuth = true
    service.sameUser = true
    service.keep = 1
    service.running = 4
    service.queued = 5
    service.outputPerStream = 6 << 10
    service.outputTotal = 7 << 20
    service.httpBody = 15 << 10
    service.httpHeaderSeconds = 16
    service.httpBodySeconds = 17
    service.httpIdleSeconds = 18
    service.httpConnections = 19
    service.httpConnectionsPerAddress = 20
    service.explicitIDRange = 65536...65542
    service.workFolder = "/srv/w"
    service.launcher = "/srv/l"
    #expect(options.service == service)
    #expect(options.whitelist == ["/bin/a"])
    #expect(options.config == "/srv/c")
    #expect(options.defaults.account == "media")
    var policy = EntryPolicy(path: "")
    policy.wallClockSeconds = 2
    policy.graceMilliseconds = 3000
    policy.stopSignal = .interrupt
    policy.limits.cpuSeconds = 8
    policy.limits.fileBytes = 9 << 30
    policy.limits.openFiles = 100
    policy.limits.processes = 11
    policy.cgroup.processes = 11
    policy.limits.dataBytes = 12 << 20
    policy.limits.stackBytes = 13 << 20
    policy.limits.lockedBytes = 0
    #expect(options.defaults.policy == policy)
  }

  @Test(arguments: [
    ("1024", 1024), ("1K", 1024), ("1k", 1024), ("3M", 3 << 20), ("1G", 1 << 30),
    ("1073741824", 1 << 30),
  ])
  func `sizes take suffixes of 1024`(text: String, bytes: Int) throws {
    #expect(try options(["-w/bin/a", "--output-per-stream", text]).outputPerStream == bytes)
  }

  @Test(arguments: ["127.0.0.1", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1"])
  func `loopback needs no permission`(address: String) throws {
    #expect(try options(["-w", "/bin/a", "-i", address]).interface == address)
  }

  @Test(arguments: ["0.0.0.0", "192.0.2.7", "::", "fe80::1", "::ffff:127.0.0.1"])
  func `any other address needs one`(address: String) throws {
    let line = ["-w", "/bin/a", "-i", address]
    #expect(throws: OptionError.self) { try OptionParser.parse(line) }
    #expect(try options(line + ["--insecure-no-auth"]).interface == address)
    #expect(try options(["--insecure-no-auth"] + line).interface == address)
  }

  // Proves P-675.
  @Test func `a store that is refused is not shown, it may have a password`() throws {
    for line in [["--store", "postgre://u:geheim@db/jobs"], ["--store=mysql://u:geheim@db/jobs"]] {
      let error = #expect(throws: OptionError.self) { _ = try OptionParser.parse(line) }
      #expect(error?.description.contains("geheim") == false)
    }
    _ = try options(["-w/bin/a", "--store", "postgres://u@db/jobs"])
  }

  @Test func `the standard range of ids grows with the jobs at one time`() throws {
    #expect(try options(["-w/bin/a"]).idRange == 1_879_048_192...1_879_048_463)
    #expect(
      try options(["-w/bin/a", "--running", "4096"]).idRange == 1_879_048_192...1_879_052_303)
  }

  @Test(arguments: [["-w", "/bin/a"], [], ["--port", "1"]])
  func `help and version are answers and not errors`(before: [String]) throws {
    #expect(try OptionParser.parse(before + ["--help"]) == .help)
    #expect(try OptionParser.parse(before + ["--version", "--nonsense"]) == .version)
    #expect(Version.text == "http-runner 0.1.0\n")
  }

  @Test func `more output for a stream than for all is no contradiction`() throws {
    let options = try options(["-w/bin/a", "--output-per-stream=1G", "--output-total=1M"])
    #expect(options.outputPerStream > options.outputTotal)
  }
}
