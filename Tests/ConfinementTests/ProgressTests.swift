import TestSupport
import Testing

/// Progress of real programs, in the sandbox.
struct ProgressTests {
  private static let config = """
    {entries: {
      film: {path: '/usr/bin/ffmpeg', progress: 'ffmpeg'}, plain: {path: '/usr/bin/ffmpeg'},
      script: {path: '/bin/sh', progress: 'descriptor'}, shell: {path: '/bin/sh'}}}
    """

  private func number(_ value: JSONValue?) -> Double? {
    if case .number(let text) = value { Double(text) } else { nil }
  }

  // Proves P-387.
  @Test func `ffmpeg reports to a descriptor of its own, whatever it prints`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let arguments = [
      "-v", "quiet", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10", "-t", "5", "-f", "null",
      "-",
    ]
    let film = try server.run("film", arguments)
    #expect(film.code == 0 && film.stderr.isEmpty && film.stdout.isEmpty, "\(film.document)")
    let progress = try #require(film.document["progress"])
    #expect(number(progress["fraction"]) == 1 && progress["frame"]?.integer == 50, "\(progress)")
    #expect(film.document["short"] == nil)
    let plain = try server.run("plain", arguments)
    #expect(plain.code == 0 && plain.document["progress"] == nil)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-387.
  @Test func `a script reports to descriptor 3, and nothing of that is output`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let script = #"echo 10 >&3; echo '{"fraction":0.25,"stage":"b"}' >&3; echo out; exit 3"#
    let run = try server.run("script", ["-c", script])
    #expect(run.code == 3 && run.stdout == "out\n", "\(run.document)")
    #expect(number(run.document["progress"]?["fraction"]) == 0.25)
    #expect(run.document["progress"]?["stage"]?.string == "b")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-387.
  @Test func `a job whose entry names no reader has no descriptor 3`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let run = try server.run("shell", ["-c", "echo 10 >&3; ls /proc/self/fd | tail -n 1"])
    #expect(run.stdout == "3\n", "the folder that ls reads: \(run.document)")
    #expect(run.stderr.contains("3: ") && run.document["progress"] == nil, "\(run.stderr)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-387.
  @Test func `a hundred million bytes of progress hold up nothing and are not kept`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let script = "head -c 100000000 /dev/zero >&3; echo 30 >&3; echo done"
    let run = try server.run("script", ["-c", script], seconds: patienceSeconds * 3)
    #expect(run.code == 0 && run.stdout == "done\n" && run.document["truncated"] == nil)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-383.
  @Test func `half a film ends with code 0, and is told as short`() throws {
    let folder = try RootFolder()
    let made = try CommandRun(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=20"]
        + ["-c:v", "mpeg2video", folder("whole.mkv")], seconds: patienceSeconds * 2)
    #expect(made.ending == .exited(0), "\(made.stderr)")
    let bytes = try #require(Files.bytes(of: folder("whole.mkv")))
    try Files.write(Array(bytes[..<(bytes.count / 2)]), to: folder("half.mkv"), mode: 0o644)
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {film: {path: '/usr/bin/ffmpeg', progress: 'ffmpeg', read: ['\(folder.path)']}}}
        """)
    for (name, isShort) in [("whole", false), ("half", true)] {
      let run = try server.run("film", ["-i", folder("\(name).mkv"), "-f", "null", "-"])
      #expect(run.code == 0, "\(run.document)")
      #expect((run.document["short"] != nil) == isShort, "\(run.document)")
      #expect((number(run.document["progress"]?["fraction"]) == 1) == !isShort)
    }
    #expect(try server.stop() == .exited(0))
  }
}
