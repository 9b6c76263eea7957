import TestSupport
import Testing

/// `exec`: one run in the sandbox from the shell.
struct ExecTests {
  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)])
  func `the end of the program is that of exec`(script: String, code: Int32) throws {
    let run = try ToolRun().run("exec", [], ["/bin/sh", "-c", script])
    #expect(run.ending == .exited(code), "\(run.stderr)")
  }

  @Test func `what it prints comes out on the stream that it used`() throws {
    let run = try ToolRun().run("exec", [], ["/bin/sh", "-c", "echo out; echo err >&2"])
    #expect(run.stdout == "out\n")
    #expect(run.stderr == "err\n", "nothing but the program says anything")
  }

  @Test func `it reads what exec is given to read, be it a file or a pipe`() throws {
    let tool = try ToolRun()
    try Files.write(String(repeating: "a line\n", count: 100_000), to: tool.data("input"))
    let exec = "exec \"$@\" < \(tool.data("input"))"
    let pipe = "cat \(tool.data("input")) | \"$@\""
    for way in [exec, pipe] {
      let words =
        [try Binaries.runner(), "exec"] + tool.places + [try Binaries.launcher(), "--"]
        + ["/usr/bin/wc", "-c"]
      let run = try CommandRun("/bin/sh", ["-c", way, "sh"] + words, seconds: patienceSeconds * 2)
      #expect(run.stdout == "700000\n", "\(way): \(run.stderr)")
    }
  }

  @Test func `it is in the sandbox`() throws {
    let tool = try ToolRun()
    try Files.write("secret", to: tool.data("canary"))
    let inside = try tool.run("exec", [], ["/bin/cat", tool.data("canary")])
    #expect(inside.ending == .exited(1))
    #expect(inside.stdout.isEmpty)
    // The twin: what policy names is read.
    let read = try tool.run(
      "exec", ["--read", tool.data("canary")], ["/bin/cat", tool.data("canary")])
    #expect(read.stdout == "secret", "\(read.stderr)")
  }

  @Test func `its report names the end and the calls that were refused`() throws {
    let tool = try ToolRun()
    let run = try tool.run(
      "exec", ["--diagnose", "--report", tool.folder("report")],
      ["/bin/sh", "-c", "mount -t tmpfs none /tmp; exit 4"])
    #expect(run.ending == .exited(4), "\(run.stderr)")
    let report = try JSONValue(try #require(Files.text(of: tool.folder("report"))))
    #expect(report["exitCode"]?.integer == 4)
    let refused = (report["refused"]?.array ?? []).compactMap(\.string)
    #expect(refused.contains { $0 == "mount" || $0 == "fsopen" }, "\(refused)")
  }

  @Test(arguments: [
    ([], ["relative"]), (["--no-such"], ["/bin/true"]), (["--report"], ["/bin/true"]),
  ])
  func `a wrong line is refused with an example`(words: [String], program: [String]) throws {
    let run = try CommandRun(try Binaries.runner(), ["exec"] + words + ["--"] + program)
    #expect(run.ending == .exited(64), "\(run.stderr)")
    #expect(!run.stderr.isEmpty)
  }
}
