import Testing

@testable import RunnerCommand

/// Command lines that are refused: each with what, why and an example.
struct OptionRefusalTests {
  private func refusal(_ arguments: [String]) -> OptionError? {
    do throws(OptionError) {
      _ = try OptionParser.parse(arguments)
      return nil
    } catch {
      return error
    }
  }

  /// - Parameter line: what stands behind a right `-w`.
  private func check(_ line: [String], _ why: String) throws {
    let error = try #require(refusal(["-w", "/bin/a"] + line), "\(line) was taken")
    #expect(error.why.contains(why), "\(error)")
    #expect(error.what.hasPrefix("-") || error.what.hasPrefix("`"))
    #expect(!error.example.isEmpty && !error.description.contains("\n"))
  }

  @Test(arguments: [
    (["--prot", "80"], "Did you mean --port?"), (["--verison"], "Did you mean --version?"),
    (["--whitelits=/bin/b"], "Did you mean --whitelist?"), (["-x"], "--help lists them all"),
    (["--zebra"], "--help lists them all"), (["--"], "no such option"), (["-"], "no option"),
    (["/bin/b"], "joined by commas, without spaces"), ([""], "no option"),
    (["-h"], "no such option"),
    (["--=1"], "no such option"), (["-é"], "no such option"),
  ])
  func `an unknown word is refused and the nearest option named`(line: [String], why: String) throws
  {
    try check(line, why)
  }

  @Test(arguments: [
    ["-p"], ["--port"], ["-i"], ["-n"], ["--user"], ["-p", "--keep", "5"], ["-i", "-p", "80"],
  ])
  func `a missing value is refused`(line: [String]) throws {
    try check(line, "needs a value")
  }

  @Test(arguments: [
    ["-p", "1", "-p", "1"], ["-p1", "--port=2"], ["--p=1", "-p2"], ["-w", "/bin/b"],
    ["--insecure-no-auth", "--insecure-no-auth"],
  ])
  func `a repeated option is refused`(line: [String]) throws {
    try check(line, "given twice")
  }

  @Test(arguments: [["--insecure-no-auth=yes"], ["--help=me"], ["--version="]])
  func `a value for an option without one is refused`(line: [String]) throws {
    try check(line, "takes no value")
  }

  @Test(arguments: [
    (["-p", "65536"], "from 0 to 65535"), (["-p", "abc"], "whole number"),
    (["-p", "0x4d59"], "whole number"), (["-p", "-1"], "whole number"), (["-p="], "whole number"),
    (["-p", "80 "], "whole number"), (["-p", "+80"], "whole number"),
    (["-p", "８０"], "whole number"),
    (["-p", "99999999999999999999"], "from 0 to 65535"), (["-n", "0"], "from 1"),
    (["-n", "abc"], "whole number"), (["--timeout", "0"], "from 1"),
    (["--timeout", "1x"], "whole"),
    (["--grace", "0"], "from 1"), (["--running", "0"], "from 1"), (["--running", "4097"], "4096"),
    (["--queued", "0"], "from 1"), (["--limit-cpu", "0"], "from 1"),
    (["--limit-open-files", "15"], "from 16"), (["--http-idle", "0"], "from 1"),
    (["--output-per-stream", "0"], "1K to 1024G"), (["--output-per-stream", "1025G"], "1024G"),
    (["--output-total", "16MB"], "number of bytes"), (["--output-total", "M"], "number of bytes"),
    (["--output-total", "1.5G"], "number of bytes"),
    (["--output-total", "-1G"], "number of bytes"),
    (["--limit-data", "99999999999999G"], "from 1M"), (["--http-body", "1T"], "number of bytes"),
  ])
  func `a wrong number is refused with its range`(line: [String], why: String) throws {
    try check(line, why)
  }

  @Test(arguments: [
    (["-i", "localhost"], "numeric"), (["-i", "eth0"], "numeric"), (["-i", ""], "numeric"),
    (["-i", "127.1"], "numeric"), (["-i", "[::1]"], "numeric"),
    (["-i", "fe80::1%eth0"], "numeric"),
    (["-i", "0.0.0.0"], "--insecure-no-auth"), (["-i", "::"], "--insecure-no-auth"),
    (["-i", "192.0.2.7"], "--insecure-no-auth"),
  ])
  func `a wrong address is refused`(line: [String], why: String) throws {
    try check(line, why)
  }

  @Test(arguments: [
    (["--user", "root"], "never run as root"), (["--user", "0"], "never run as root"),
    (["--user", "00"], "never run as root"), (["--user", "4294967295"], "4294967293"),
    (["--user", ""], "user name"), (["--user", "a b"], "user name"),
    (["--user", "a:b"], "user name"),
    (["--user=-a"], "user name"), (["--user", "+0"], "user name"),
    (["--user", String(repeating: "a", count: 33)], "user name"),
    (["--host-name", "a,,b"], "host name"), (["--host-name", "a:80"], "host name"),
    (["--host-name=-a"], "host name"), (["--host-name", "a,A"], "twice"),
    (["--work-folder", "srv"], "not absolute"), (["--work-folder", "/"], "empty, `.` or `..`"),
    (["--launcher", "./launcher"], "not absolute"), (["--launcher", ""], "empty"),
  ])
  func `a wrong name is refused`(line: [String], why: String) throws {
    try check(line, why)
  }

  @Test(arguments: [
    (["--id-range", "70000"], "two numbers"), (["--id-range", "a-b"], "two numbers"),
    (["--id-range", "1-2-3"], "two numbers"), (["--id-range", "999-70000"], "at least 1000"),
    (["--id-range", "70000-4294967294"], "at most 4294967293"),
    (["--id-range", "70001-70000"], "not be above"),
    (["--id-range", "70000-70257"], "needs at least 259"),
    (["--id-range", "70000-70003", "--running", "2"], "needs at least 5"),
  ])
  func `a wrong range of ids is refused`(line: [String], why: String) throws {
    try check(line, why)
  }

  @Test func `a range of ids may be just large enough`() throws {
    let line = ["-w/bin/a", "--id-range", "70000-70004", "--running", "2"]
    #expect(refusal(line) == nil)
    #expect(refusal(["-w/bin/a", "--id-range", "4294967035-4294967293"]) == nil)
  }

  @Test(arguments: [
    ("", "empty"), ("ffmpeg", "not absolute"), ("/bin/a,bin/b", "not absolute"),
    ("/bin/a,", "empty entry"), (",/bin/a", "empty entry"), ("/bin/a,,/bin/b", "empty entry"),
    ("/bin/a, /bin/b", "space"), ("/bin/a ,/bin/b", "space"), (" /bin/a", "space"),
    ("/bin/a,/bin/a", "twice"), ("/bin//a", "empty, `.` or `..`"), ("//bin/a", "empty, `.`"),
    ("/bin/./a", "empty, `.` or `..`"), ("/bin/../a", "empty, `.` or `..`"),
    ("/bin/a/", "empty, `.` or `..`"), ("/", "empty, `.` or `..`"),
    ("/" + String(repeating: "a", count: 4095), "4095"),
  ])
  func `a wrong whitelist is refused`(list: String, why: String) throws {
    let error = try #require(refusal(["-w", list]))
    #expect(error.why.contains(why), "\(error)")
    #expect(error.example == "--whitelist /usr/bin/ffmpeg,/usr/bin/rake")
  }

  @Test func `paths that only look odd are taken`() {
    #expect(refusal(["-w", "/opt/my tool,/opt/..a,/opt/.b,/opt/é"]) == nil)
  }

  @Test(arguments: [[], ["-p", "8080"]])
  func `without a whitelist the line to type is shown`(line: [String]) throws {
    let error = try #require(refusal(line))
    #expect(error.example == "http-runner -w /usr/bin/ffmpeg,/usr/bin/rake")
    #expect(error.why.contains("whitelist"))
  }

  @Test(arguments: ["/bin/a\u{0}", "/bin/\u{fffd}", "/bin/a\nb", "/bin/\u{1b}[2J", "/bin/\u{85}"])
  func `bytes that could forge a log line are refused`(text: String) throws {
    for line in [["-w", text], ["-w" + text], [text], ["--port=1", "--user", text]] {
      let error = try #require(refusal(line))
      #expect(error.why.contains("control character"))
      #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{fffd}" })
    }
  }

  @Test func `a refusal says what and why and shows an example`() {
    #expect(
      refusal(["-w/bin/a", "--port", "70000"])?.description
        == "--port 70000: It must be from 0 to 65535. Example: --port 8080")
    #expect(
      refusal(["-w/bin/a", "--prot=1"])?.description
        == "--prot: There is no such option. Did you mean --port? Example: --port 8080")
  }

  @Test func `the exit codes are those of sysexits`() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 64, 70, 71, 77, 78])
  }
}
