import TestSupport
import Testing

/// `exec`: one run in the sandbox from the shell.
struct ExecTests {
  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)])
  func `the end of the program is that of exec`(script: String, code: Int32) throws {
    let run = try ToolRun().run("exec", [], ["/bin/sh", "-c", script])
    #expect(run.ending == .exited(code), "\(run.stderr)")
  }

  @Test func `four ids are enough for one run, and three are not`() throws {
    let first = IdentityRanges.next().lowerBound
    for (last, code) in [(first + 3, 0), (first + 2, 64)] {
      let run = try ToolRun(ids: first...last).run("exec", [], ["/bin/true"])
      #expect(run.ending == .exited(Int32(code)), "\(run.stderr)")
    }
    let trace = try ToolRun(ids: first...first + 3).run("trace", ["--no-trial"], ["/bin/true"])
    #expect(trace.ending == .exited(0), "\(trace.stderr)")
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

  // Proves P-172.
  @Test(arguments: ["exec", "trace"])
  func `beside a service of the same id range it takes ids that the service has not`(
    _ command: String
  ) throws {
    // What is behind the ids of the service is this test's own too.
    let all = IdentityRanges.next()
    let ids = all.lowerBound...all.lowerBound + 258
    let server = try RunningServer(whitelist: ["/bin/true"], users: ids)
    let tool = try ToolRun(ids: ids)
    let run = try tool.run(
      command, command == "exec" ? [] : ["--output", tool.folder("policy")], ["/usr/bin/id", "-u"])
    let taken = run.stdout.split(separator: "\n").compactMap { UInt32($0) }
    #expect(run.ending == .exited(0) && !taken.isEmpty, "\(run.stdout)\(run.stderr)")
    #expect(taken.allSatisfy { $0 > ids.upperBound && $0 <= all.upperBound }, "\(taken)")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-172.
  @Test func `where the range is free it takes ids of it`() throws {
    let ids = IdentityRanges.next()
    let run = try ToolRun(ids: ids).run("exec", [], ["/usr/bin/id", "-u"])
    #expect(UInt32(run.stdout.split(separator: "\n").first ?? "").map(ids.contains) == true)
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

  @Test func `a path that the host has and a failed job has not is named`() throws {
    let tool = try ToolRun()
    let path = tool.data("settings")
    try Files.write("x", to: path)
    let words = ["/bin/cat", path]
    let failed = try tool.run("exec", ["--report", tool.folder("report")], words)
    #expect(failed.ending == .exited(1))
    #expect(failed.stderr.contains("the program named \(path), which this host has"))
    let report = try JSONValue(try #require(Files.text(of: tool.folder("report"))))
    #expect(report["missing"]?.array?.compactMap(\.string) == [path])
    // The twins: nothing is named that the host has not either, that the job has, or after success.
    let nowhere = try tool.run("exec", [], ["/bin/cat", tool.data("nowhere")])
    #expect(nowhere.ending == .exited(1) && !nowhere.stderr.contains("the program named"))
    let cat = ["/bin/sh", "-c", "cat $0 >&2; exit 1", path]
    let shown = try tool.run("exec", ["--read", path], cat)
    #expect(!shown.stderr.contains("the program named"), "\(shown.stderr)")
    let good = try tool.run("exec", [], ["/bin/sh", "-c", "echo $0 >&2", path])
    #expect(good.ending == .exited(0) && !good.stderr.contains("the program named"))
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
