import TestSupport
import Testing

/// `trace`: a policy from one run, which lets that run happen again and nothing else.
struct TraceTests {
  private struct Traced {
    let tool: ToolRun
    let run: CommandRun
    let path: String

    var policy: String { Files.text(of: path) ?? "" }
  }

  private static func trace(
    _ tool: ToolRun, _ program: [String], words: [String] = []
  ) throws -> Traced {
    let path = tool.folder("policy.json5")
    let run = try tool.run("trace", ["--output", path] + words, program)
    return Traced(tool: tool, run: run, path: path)
  }

  @Test func `the policy allows what was seen, and no other file`() throws {
    let tool = try ToolRun()
    try Files.write("one", to: tool.data("one"))
    try Files.write("two", to: tool.data("two"))
    let traced = try Self.trace(tool, ["/bin/cat", tool.data("one")])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    #expect(traced.run.stdout.hasPrefix("one"), "what the program prints is still its own")
    #expect(traced.policy.contains(tool.data("one")))
    #expect(!traced.policy.contains(tool.data("two")))
    let again = try tool.exec(policy: traced.path, ["cat", tool.data("one")])
    #expect(again.stdout == "one", "\(again.stderr)")
    // The twin: with the default policy's reach and the folder, the other file would be read.
    let other = try tool.exec(policy: traced.path, ["cat", tool.data("two")])
    #expect(other.ending == .exited(1))
    let twin = try tool.run("exec", ["--read", tool.data("two")], ["/bin/cat", tool.data("two")])
    #expect(twin.stdout == "two", "\(twin.stderr)")
  }

  @Test func `a first run that failed by itself is told, and so is its policy`() throws {
    let traced = try Self.trace(try ToolRun(), ["/bin/sh", "-c", "exit 77"])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    let warning = "the first run itself ended with exit code 77"
    #expect(traced.run.stderr.contains(warning) && traced.policy.contains(warning))
    // The twin: one that did not.
    let whole = try Self.trace(try ToolRun(), ["/bin/sh", "-c", "exit 0"])
    #expect(!whole.run.stderr.contains("the first run") && !whole.policy.contains("Warning"))
  }

  @Test func `both runs have the same name for their id`() throws {
    let traced = try Self.trace(try ToolRun(), ["/usr/bin/id", "-un"])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    #expect(traced.run.stdout == "job\njob\n")
    // The twin: an account of the host has its own, and the host's files are as they were.
    let user = ["--user", "nobody"]
    let nobody = try Self.trace(try ToolRun(), ["/usr/bin/id", "-un"], words: user)
    #expect(nobody.run.stdout.hasPrefix("nobody\n"), "\(nobody.run.stderr)")
    #expect(!(Files.text(of: "/etc/passwd") ?? "").contains("\njob:"))
  }

  @Test func `a daemon that the program leaves ends with it`() throws {
    // It would hold the pipe of strace(1), and the trace, for an hour.
    let daemon = "setsid sleep 3600 > /dev/null 2>&1 < /dev/null & echo $!"
    let traced = try Self.trace(try ToolRun(), ["/bin/sh", "-c", daemon])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    let first = try #require(traced.run.stdout.split(separator: "\n").first)
    let daemonID = try #require(Int32(first))
    try waiting(until: "the daemon has ended") { !ProcessTable.lives(daemonID) }
  }

  @Test func `a call that was not seen is refused afterwards`() throws {
    let tool = try ToolRun()
    let traced = try Self.trace(tool, ["/bin/sh", "-c", "true"])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    let children = "(exit 5) | cat; exit 6"
    #expect(try tool.exec(policy: traced.path, ["sh", "-c", children]).ending != .exited(6))
    #expect(try tool.run("exec", [], ["/bin/sh", "-c", children]).ending == .exited(6))
  }

  @Test func `of the network it grants the port that was used, and no other holds`() throws {
    let server = try RunningServer(whitelist: ["/bin/true"])
    let other = try RunningServer(whitelist: ["/bin/true"])
    let url = { (server: RunningServer) in "http://127.0.0.1:\(server.client.port)/none" }
    let tool = try ToolRun()
    let traced = try Self.trace(tool, ["/usr/bin/curl", "-sS", url(server)])
    #expect(
      traced.policy.contains("network: { connect: [\(server.client.port)], bind: [] }"),
      "\(traced.policy)")
    // Single ports are held back since Linux 6.7; before, no such policy is served.
    guard try KernelRelease.isAtLeast(6, 7) else {
      #expect(traced.run.ending == .exited(1), "\(traced.run.stderr)")
      #expect(traced.policy.contains("this host cannot honour the policy"), "\(traced.policy)")
      return
    }
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    let again = try tool.exec(policy: traced.path, ["curl", "-sS", url(server)])
    #expect(again.stdout.contains("Not Found"), "\(again.stderr)")
    let elsewhere = try tool.exec(policy: traced.path, ["curl", "-sS", url(other)])
    #expect(elsewhere.ending == .exited(7), "it could not connect: \(elsewhere.stdout)")
    let twin = try tool.run(
      "exec", ["--network", "all"], ["/usr/bin/curl", "-sS", url(other)])
    #expect(twin.stdout.contains("Not Found"), "\(twin.stderr)")
    for server in [server, other] { #expect(try server.stop() == .exited(0)) }
  }

  @Test func `of processes it grants about as many as there were`() throws {
    let tool = try ToolRun()
    let pipeline = "seq 1 100 | sort -n | tail -n 1 | cat"
    let traced = try Self.trace(tool, ["/bin/sh", "-c", pipeline])
    #expect(traced.run.ending == .exited(0) && traced.run.stdout.hasPrefix("100"))
    #expect(traced.policy.contains("profile: \"standard\""), "\(traced.policy)")
    #expect(try tool.exec(policy: traced.path, ["sh", "-c", pipeline]).stdout == "100\n")
    let many = try tool.exec(
      policy: traced.path,
      ["sh", "-c", "i=0; while [ $i -lt 60 ]; do seq 1 9 | cat & i=$((i+1)); done; wait"])
    #expect(many.stderr.contains("fork"), "\(many.stderr)")
  }

  @Test func `files that are written are granted with their folder, and written by the trial`()
    throws
  {
    let tool = try ToolRun()
    let out = tool.data("out")
    let script = "i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done > \(out)"
    let traced = try Self.trace(tool, ["/bin/sh", "-c", script])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    #expect(traced.policy.contains("write: ["), "\(traced.policy)")
    #expect(Files.text(of: out)?.hasSuffix("line 99\n") == true)
    #expect(traced.policy.contains("profile: \"compute\"") || traced.policy.contains("standard"))
  }

  @Test func `ffmpeg goes the same way under the policy that was made of it`() throws {
    let tool = try ToolRun()
    let made = try CommandRun(
      "/usr/bin/ffmpeg",
      [
        "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
        "testsrc=size=160x120:rate=10:duration=1", tool.data("in.mp4"),
      ])
    try #require(made.ending == .exited(0), "\(made.stderr)")
    let traced = try Self.trace(
      tool,
      [
        "/usr/bin/ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", tool.data("in.mp4"),
        "-c:v", "libx264", tool.data("out.mkv"),
      ])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    #expect(traced.policy.contains("network: \"none\""), "\(traced.policy)")
    let checked = try CommandRun(try Binaries.runner(), ["check", traced.path])
    #expect(checked.ending == .exited(0), "\(checked.stdout)")
  }

  @Test func `a program that no policy can let do the same is told of by its exit code`() throws {
    let tool = try ToolRun()
    // The sandbox shows no other process, and nothing that is granted changes that.
    let script = "[ -d /proc/$PPID/task ] && [ $PPID != 1 ] && [ $PPID != 0 ] && exit 9; exit 8"
    let traced = try Self.trace(tool, ["/bin/sh", "-c", script])
    #expect(traced.run.ending == .exited(1), "\(traced.run.stderr)")
    #expect(traced.policy.contains("it went another way: exit code 8"), "\(traced.policy)")
  }

  @Test func `nothing is left behind, and the program has no privilege`() throws {
    let tool = try ToolRun()
    let before = Files.entries(of: "/tmp")?.filter { $0.hasPrefix("http-runner-trace") } ?? []
    let traced = try Self.trace(
      tool, ["/bin/sh", "-c", "id -u; id -G; grep CapBnd /proc/self/status"], words: ["--no-trial"])
    #expect(traced.run.ending == .exited(0), "\(traced.run.stderr)")
    let lines = traced.run.stdout.split(separator: "\n")
    #expect(lines.first != "0")
    #expect(lines.count == 3 && lines[0] == lines[1], "\(lines)")
    #expect(lines.last?.hasSuffix("0000000000000000") == true)
    let after = Files.entries(of: "/tmp")?.filter { $0.hasPrefix("http-runner-trace") } ?? []
    #expect(after.count <= before.count + 2, "other tests of this suite have theirs at work")
  }

  @Test(
    arguments: [
      (["trace"], 64), (["trace", "--", "relative"], 64),
      (["trace", "--bad", "--", "/bin/true"], 64),
      (["trace", "--no-trial", "--", "/no/such/program"], 71),
      (["trace", "--user", "root", "--", "/bin/true"], 78),
      (["trace", "--user", "nobody", "--same-user", "--", "/bin/true"], 64),
    ] as [([String], Int32)])
  func `a wrong line is refused`(words: [String], code: Int32) throws {
    let run = try CommandRun(try Binaries.runner(), words)
    #expect(run.ending == .exited(code), "\(run.stderr)")
    #expect(run.stderr.contains("error"), "\(run.stderr)")
  }
}
