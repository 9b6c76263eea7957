import RunnerConfiguration
import Testing
import TextFormats

/// How a refusal is told, and what only shows across a whole file.
struct RefusalTests {
  @Test func `everything that is wrong is told at once, in the order of the file`() throws {
    let file = """
      { service: {prot: 1, port: 70000},
        defaults: {nice: 99},
        entrys: {},
        entries: {
          A: {path: '/bin/a'},
          b: {limits: {cpu: 0}},
          c: [],
          d: {path: '/bin/d', d: 1, 'nice': 20},
          d: {path: '/bin/d'},
        },
      }
      """
    let refusal = try #require(ConfigurationFixture.refusal(file))
    #expect(
      refusal.problems.map { $0.line(in: "f") } == [
        "f:1:13: service.prot: There is no such key. Did you mean port?",
        "f:1:28: service.port: It must be from 0 to 65535.",
        "f:2:20: defaults.nice: It must be from 0 to 19.",
        "f:3:3: entrys: There is no such key. Did you mean entries?",
        "f:5:5: entries.A: An alias has at most 64 lower-case letters, digits, `.`, `_` and `-`, "
          + "and begins with a letter or digit. The path goes into path.",
        "f:6:5: entries.b.path: It is missing: the executable's exact absolute path.",
        "f:6:23: entries.b.limits.cpu: It must be from 1 to 31536000.",
        "f:7:8: entries.c: It must be an object, in braces, not a list.",
        "f:8:25: entries.d.d: There is no such key. Here may stand: \(keys).",
        "f:8:39: entries.d.nice: It must be from 0 to 19.",
        "f:9:5: d: This key is in the object already. Keep one.",
      ])
    #expect(refusal.more == 0)
  }

  private var keys: String {
    var parts: [String] = ["path"]
    for setting in SettingTable.entry {
      let part = String(setting.key.prefix { $0 != "." })
      if !parts.contains(part) { parts.append(part) }
    }
    return parts.joined(separator: ", ")
  }

  @Test func `a form that is no JSON5 is one problem`() throws {
    let refusal = try #require(ConfigurationFixture.refusal("{entries: {a: {path: /bin/a}}}"))
    #expect(
      refusal.problems.map { $0.line(in: "f") } == ["f:1:22: a comment begins with // or /*."])
  }

  @Test(arguments: ["[]", "1", "null", "'a'"])
  func `a file that is no object is refused`(file: String) throws {
    #expect(
      try #require(ConfigurationFixture.refusal(file)).problems[0].text.contains(
        "must be an object"))
  }

  @Test(arguments: [nil, "{}", "{entries: {}}", "{service: {port: 1}}"] as [String?])
  func `without an entry nothing may run`(file: String?) throws {
    let refusal = try #require(ConfigurationFixture.refusal(file))
    #expect(refusal.problems.map(\.key) == ["entries"])
    #expect(refusal.problems[0].line(in: "f").hasPrefix("f: entries: Nothing may run"))
  }

  @Test func `fifty problems are told, and how many more there are`() throws {
    let file = "{entries: {a: {path: '/bin/a', " + (1...60).map { "x\($0): 1," }.joined() + "}}}"
    let refusal = try #require(ConfigurationFixture.refusal(file))
    #expect(refusal.problems.count == 50 && refusal.more == 10)
  }

  @Test func `what defaults contradict is told once, in defaults`() throws {
    let file = """
      {defaults: {swap: '1G'},
       entries: {a: {path: '/bin/a'}, b: {path: '/bin/b'}, c: {path: '/bin/c', memory: '1G'}}}
      """
    let refusal = try #require(ConfigurationFixture.refusal(file))
    #expect(refusal.problems.map(\.key) == ["defaults.swap"])
    #expect(refusal.problems[0].position == SourcePosition(line: 1, column: 19))
  }

  @Test func `what the service contradicts is told as well`() throws {
    let open = "{service: {interface: '0.0.0.0'}, entries: {a: {path: '/bin/a'}}}"
    #expect(try #require(ConfigurationFixture.refusal(open)).problems[0].key == "service.interface")
    let line = try ConfigurationFixture.typed([("insecureNoAuth", "true")])
    #expect(ConfigurationFixture.refusal(open, line) == nil)
    let narrow = "{service: {idRange: '65536-65600'}, entries: {a: {path: '/bin/a'}}}"
    #expect(try #require(ConfigurationFixture.refusal(narrow)).problems[0].key == "service.idRange")
  }

  @Test func `the whitelist of the command line adds no path twice`() throws {
    var line = CommandLineSettings()
    line.whitelist = ["/bin/a"]
    let refusal = try #require(
      ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a'}}}", line))
    #expect(refusal.problems[0].text.contains("Take it out of -w"))
  }

  @Test func `a file cannot forge lines of the log`() throws {
    let refusal = try #require(
      ConfigurationFixture.refusal("{entries: {'a\\n\\u001b[2J\\u0085': {}}}"))
    for problem in refusal.problems {
      let line = problem.line(in: "f")
      #expect(
        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
    }
  }
}
