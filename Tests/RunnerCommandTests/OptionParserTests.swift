import Testing

@testable import RunnerCommand

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
    var expected = Options()
    expected.port = 8080
    expected.whitelist = ["/usr/bin/ffmpeg", "/usr/bin/rake"]
    #expect(try options(line) == expected)
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
      "--insecure-no-auth", "--keep=1", "--user=media", "--timeout=2", "--grace=3", "--running=4",
      "--queued=5", "--output-per-stream=6K", "--output-total=7M", "--limit-cpu=8",
      "--limit-file-size=9G", "--limit-open-files=100", "--limit-processes=11",
      "--limit-data=12M", "--limit-stack=13M", "--limit-locked-memory=0", "--http-body=15K",
      "--http-header-time=16", "--http-body-time=17", "--http-idle=18", "--http-connections=19",
      "--http-connections-per-address=20", "--id-range=65536-65541", "--work-folder=/srv/w",
      "--launcher=/srv/l",
    ])
    var expected = Options()
    expected.whitelist = ["/bin/a"]
    expected.port = 0
    expected.interface = "0.0.0.0"
    expected.hostNames = ["a.lan", "b"]
    expected.insecureNoAuth = true
    expected.keep = 1
    expected.user = "media"
    expected.timeoutSeconds = 2
    expected.graceSeconds = 3
    expected.running = 4
    expected.queued = 5
    expected.outputPerStream = 6 << 10
    expected.outputTotal = 7 << 20
    expected.limitCPUSeconds = 8
    expected.limitFileSize = 9 << 30
    expected.limitOpenFiles = 100
    expected.limitProcesses = 11
    expected.limitData = 12 << 20
    expected.limitStack = 13 << 20
    expected.limitLockedMemory = 0
    expected.httpBody = 15 << 10
    expected.httpHeaderSeconds = 16
    expected.httpBodySeconds = 17
    expected.httpIdleSeconds = 18
    expected.httpConnections = 19
    expected.httpConnectionsPerAddress = 20
    expected.givenIDRange = 65536...65541
    expected.workFolder = "/srv/w"
    expected.launcher = "/srv/l"
    #expect(options == expected)
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
