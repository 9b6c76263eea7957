import TestSupport
import Testing

/// Output as the operator wishes it: by line, and with the last state of each line alone.
struct OutputWishesTests {
  /// Prints a line by the C library's streams, and is killed before these are written.
  private static let killedBySelf = [
    "/usr/bin/sqlite3", ":memory:", "select 'a line';", ".shell kill -9 $PPID",
  ]

  private func exec(_ settings: String, _ program: [String]) throws -> CommandRun {
    let tool = try ToolRun()
    let file = tool.folder("config.json5")
    try Files.write("{entries: {wished: {path: '\(program[0])', \(settings)}}}", to: file)
    return try tool.run("exec", ["--config", file], ["wished"] + program.dropFirst())
  }

  // Proves P-196.
  @Test func `a line that a program had written before it was killed is there`() throws {
    let run = try exec("lineBuffered: true", Self.killedBySelf)
    #expect(run.stdout == "a line\n" && run.ending == .exited(137), "\(run.stderr)")
  }

  // Twin of P-196.
  @Test func `without that it is lost in the buffer of the C library`() throws {
    let run = try exec("", Self.killedBySelf)
    #expect(run.stdout.isEmpty && run.ending == .exited(137), "\(run.stderr)")
  }

  @Test(arguments: [true, false])
  func `Python writes each line too`(isWished: Bool) throws {
    let script = "print('a line'); import os; os.kill(os.getpid(), 9)"
    let run = try exec("lineBuffered: \(isWished)", ["/usr/bin/python3", "-c", script])
    #expect(run.stdout == (isWished ? "a line\n" : ""), "\(run.stderr)")
  }

  // Proves P-197.
  @Test func `of progress its last state is kept, and the whole of it where nobody wishes that`()
    throws
  {
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {
          plain: {path: '/bin/sh'}, last: {path: '/bin/sh', output: {collapse: true}}}}
        """)
    let script = """
      i=0; while [ $i -lt 1000 ]; do i=$((i+1)); printf '\\r%d %%' $i; done; echo; echo end
      """
    let last = try server.run("last", ["-c", script])
    #expect(last.stdout == "1000 %\nend\n" && last.document["truncated"] == nil)
    let plain = try server.run("plain", ["-c", script])
    #expect(plain.stdout.hasPrefix("\r1 %\r2 %") && plain.stdout.hasSuffix("\r1000 %\nend\n"))
    #expect(try server.stop() == .exited(0))
  }
}
