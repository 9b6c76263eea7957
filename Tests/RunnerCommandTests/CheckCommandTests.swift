import Glibc
import RunnerConfiguration
import Testing

@testable import RunnerCommand

/// `check`, and how files are read for it and for the service.
struct CheckCommandTests {
  private static let host = HostInfo(processorCount: 4, memoryBytes: 16 << 30)

  /// Runs `body` with the path of a file that holds `text`, and removes it.
  private func withFile<Answer>(
    _ text: String, mode: mode_t = 0o600, _ body: (String) throws -> Answer
  ) throws -> Answer {
    var template = Array("/tmp/http-runner-check-XXXXXX".utf8CString)
    let fd = unsafe mkstemp(&template)
    try #require(fd >= 0)
    let path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe unlink(path) }
    let bytes = Array(text.utf8)
    let count = unsafe bytes.withUnsafeBytes { unsafe write(fd, $0.baseAddress, $0.count) }
    #expect(count == bytes.count)
    fchmod(fd, mode)
    close(fd)
    return try body(path)
  }

  private let right = "{entries: {a: {path: '/bin/a', profile: 'compute'}}}"
  private let wrong = "{entries: {a: {path: '/bin/a',\n nice: 20}}}"

  @Test func `a right file gets a score for each entry`() throws {
    try withFile(right) { path in
      let report = CheckCommand.report(on: path, isJSON: false, isOffline: true, host: Self.host)
      #expect(report.code == .ok)
      #expect(
        report.lines == [
          "\(path): right", "a (/bin/a): exposure 1.2, tight",
          "  +1.0  arguments: requests choose every argument of the program",
          "  +0.2  require: without delegated controllers no bound holds as a whole",
        ])
    }
  }

  @Test func `a wrong file gets lines as compilers write them`() throws {
    try withFile(wrong) { path in
      let report = CheckCommand.report(on: path, isJSON: false, isOffline: true, host: Self.host)
      #expect(report.code == .configurationRefused)
      #expect(report.lines == ["\(path):2:8: entries.a.nice: It must be from 0 to 19."])
    }
  }

  @Test func `what this host has not is told all at once, and not for another machine's file`()
    throws
  {
    let text = """
      {entries: {
        a: {path: '/usr/bin/env', user: 'nobody-has-this-name', read: ['/nonexistent/a']},
        b: {path: '/nonexistent/b', devices: ['/dev/nonexistent']},
        c: {path: '/usr/bin/env'},
      }}
      """
    try withFile(text) { path in
      let here = CheckCommand.report(on: path, isJSON: false, isOffline: false, host: Self.host)
      #expect(here.code == .configurationRefused)
      let keys = ["entries.a.user", "entries.a.read[0]", "entries.b.path", "entries.b.devices[0]"]
      #expect(here.lines.count == keys.count, "\(here.lines)")
      for (line, key) in zip(here.lines, keys) { #expect(line.hasPrefix("\(path): \(key): ")) }
      let elsewhere = CheckCommand.report(
        on: path, isJSON: false, isOffline: true, host: Self.host)
      #expect(elsewhere.code == .ok)
    }
  }

  @Test func `both are JSON where that is asked for`() throws {
    for (text, expected) in [
      (right, "\"exposure\": 1.2"), (wrong, "\"line\": 2"), ("{", "\"ok\": false"),
    ] {
      try withFile(text) { path in
        let report = CheckCommand.report(on: path, isJSON: true, isOffline: true, host: Self.host)
        let all = report.lines.joined(separator: "\n")
        _ = try JSON5Parser.parse(Array(all.utf8))
        #expect(all.contains(expected), "\(all)")
      }
    }
  }

  @Test(arguments: [
    [], ["a", "b"], ["--jsn", "a"], ["--json"], [""], ["--json", "--json", "a"], ["--offline"],
  ])
  func `a line that is no check is refused`(line: [String]) {
    #expect(throws: OptionError.self) { _ = try CheckCommand.run(line) }
  }

  @Test(arguments: ["/nonexistent/a", "/tmp", "/dev/null"])
  func `what is no file is refused`(path: String) {
    let report = CheckCommand.report(on: path, isJSON: false, isOffline: true, host: Self.host)
    #expect(report.code == .configurationRefused && report.lines.count == 1)
    #expect(report.lines[0].hasPrefix("\(path): "))
  }

  @Test func `a FIFO does not hold it up`() throws {
    let path = "/tmp/http-runner-check-fifo-\(getpid())"
    let made = unsafe mkfifo(path, 0o600)
    try #require(made == 0)
    defer { unsafe unlink(path) }
    let report = CheckCommand.report(on: path, isJSON: false, isOffline: true, host: Self.host)
    #expect(report.code != .ok)
  }

  private func load(_ path: String) -> ConfigurationRefusal? {
    var options = Options()
    options.config = path
    do throws(ConfigurationRefusal) {
      _ = try ConfigurationLoader.load(options)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [0o620, 0o602, 0o666] as [mode_t])
  func `a file that others may write is not served`(mode: mode_t) throws {
    try withFile(right, mode: mode) { path in
      #expect(load(path)?.problems[0].text.contains("chmod go-w") == true)
      let here = CheckCommand.report(on: path, isJSON: false, isOffline: false, host: Self.host)
      #expect(here.code == .configurationRefused)
      let elsewhere = CheckCommand.report(
        on: path, isJSON: false, isOffline: true, host: Self.host)
      #expect(elsewhere.code == .ok)
    }
  }

  @Test func `a file that is not root's is not served`() throws {
    try withFile(right) { path in
      let given = unsafe chown(path, 65_534, 65_534)
      try #require(given == 0)
      #expect(load(path)?.problems[0].text.contains("Give it to root") == true)
    }
  }

  @Test func `a file in safe hands is served`() throws {
    for mode in [0o600, 0o644, 0o400] as [mode_t] {
      #expect(try withFile(right, mode: mode) { load($0) } == nil)
    }
  }

  @Test func `a file that is too large is refused and not read to its end`() throws {
    try withFile(right) { path in
      let grown = unsafe truncate(path, 1 << 40)
      try #require(grown == 0)
      #expect(load(path)?.problems[0].text.contains("at most") == true)
    }
  }
}
