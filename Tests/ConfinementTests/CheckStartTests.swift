import TestSupport
import Testing

/// What a start refuses, `check` and `doctor` refuse as well; what it takes, they take.
struct CheckStartTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The entry, in a folder that it may make things in.
    let entry: @Sendable (RootFolder) throws -> String
    let isServed: Bool

    init(
      _ name: String, isServed: Bool = false,
      _ entry: @escaping @Sendable (RootFolder) throws -> String
    ) {
      self.testDescription = name
      self.entry = entry
      self.isServed = isServed
    }
  }

  private static let env = "path: '/usr/bin/env'"

  static let cases: [Case] = [
    Case("nothing wrong", isServed: true) { "\(env), read: ['\($0.path)'], user: 'games'" },
    Case("a missing program") { "path: '\($0("missing"))'" },
    Case("a missing device") { _ in "\(env), devices: ['/dev/dri/renderD199']" },
    Case("an unknown user") { _ in "\(env), user: 'nobody-has-this-name'" },
    Case("a script that others may write") {
      let script = try $0.script("script", "#!/bin/sh\n")
      try Files.setMode(0o775, of: script)
      return "path: '\(script)'"
    },
    Case("a script that Windows wrote") {
      "path: '\(try $0.script("script", "#!/bin/sh\r\necho\r\n"))'"
    },
  ]

  // Proves P-699.
  @Test(arguments: cases)
  func `check and doctor say what a start will`(_ next: Case) throws {
    let folder = try RootFolder()
    let file = folder("config.json5")
    try Files.write("{entries: {a: {\(try next.entry(folder))}}}", to: file, mode: 0o600)
    let wanted = Child.Ending.exited(next.isServed ? 0 : 78)
    for words in [["check", file], ["doctor", "--config", file]] {
      let run = try CommandRun(try Binaries.runner(), words)
      #expect(run.ending == wanted, "\(words): \(run.stdout)\(run.stderr)")
    }
    #expect(
      try CommandRun(try Binaries.runner(), ["check", "--offline", file]).ending == .exited(0))
    guard !next.isServed else {
      let server = try RunningServer(whitelist: [], options: ["--config", file])
      #expect(try server.stop() == .exited(0))
      return
    }
    let process = try RunnerProcess(whitelist: [], options: ["--config", file])
    #expect(try process.child.wait() == wanted, "\(process.log)")
  }

  // Proves P-699.
  @Test func `a start tells all that is wrong at once`() throws {
    let folder = try RootFolder()
    let file = folder("config.json5")
    let entries =
      "a: {path: '/nonexistent/a'}, b: {\(Self.env), user: 'nobody-has-this-name'}, "
      + "c: {path: '/nonexistent/c'}"
    try Files.write("{entries: {\(entries)}}", to: file, mode: 0o600)
    let process = try RunnerProcess(whitelist: [], options: ["--config", file])
    #expect(try process.child.wait() == .exited(78))
    for name in ["entries.a.path", "entries.b.user", "entries.c.path"] {
      #expect(process.log.contains(name), "\(process.log)")
    }
  }

  @Test func `explain and doctor name the account that jobs run as`() throws {
    let folder = try RootFolder()
    let file = folder("config.json5")
    try Files.write(
      "{entries: {a: {\(Self.env), user: 'games'}, b: {\(Self.env)}}}", to: file, mode: 0o600)
    let explained = { (entry: String) throws in
      try CommandRun(try Binaries.runner(), ["explain", "--config", file, "--", entry]).stdout
    }
    #expect(try explained("a").contains("games: uid 5, gid 60"))
    #expect(try !explained("a").contains("a uid and gid for each job"))
    #expect(try explained("b").contains("one of its own"))
    let doctor = try CommandRun(try Binaries.runner(), ["doctor", "--config", file]).stdout
    #expect(doctor.contains("uid 5, which all jobs of the entry share"))
  }
}
