import Testing

@testable import RunnerCommand

/// Lines of strace(1), as real runs wrote them.
struct StraceParserTests {
  private func parsed(_ line: String) -> TracedCall? {
    var parser = StraceParser()
    guard case .call(let call) = parser.read(Array(line.utf8)[...]) else { return nil }
    return call
  }

  @Test func `a call has its descriptor's object, its path and what it returned`() throws {
    let call = try #require(
      parsed(
        #"12  openat(AT_FDCWD</srv>, "in, put\".mp4", O_RDONLY|O_CLOEXEC) = 3</srv/in, put".mp4>"#
      ))
    #expect(call.process == 12)
    #expect(call.name == "openat")
    #expect(call.object(0) == "/srv")
    #expect(call.path(1) == #"in, put".mp4"#)
    #expect(call.argument(2) == "O_RDONLY|O_CLOEXEC")
    #expect(call.result == 3)
    #expect(call.resultObject == #"/srv/in, put".mp4"#)
    #expect(call.error == nil)
  }

  @Test func `a failure has its name`() throws {
    let call = try #require(
      parsed(#"7 access("/etc/ld.so.preload", R_OK) = -1 ENOENT (No such file or directory)"#))
    #expect(call.error == "ENOENT")
    #expect(!call.succeeded)
    #expect(call.resultObject == nil)
  }

  @Test func `octal escapes are bytes of UTF-8`() throws {
    let call = try #require(parsed(#"7 stat("/srv/\303\244\n", {st_mode=S_IFREG|0644, ...}) = 0"#))
    #expect(call.path(0) == "/srv/ä\n")
  }

  @Test func `a call that another process interrupted is put together again`() {
    var parser = StraceParser()
    let begun = parser.read(Array("5 read(3</a>,  <unfinished ...>".utf8)[...])
    #expect(begun == .begun(process: 5, name: "read", arguments: "3</a>, "))
    let other = parser.read(Array(#"6 close(4</b>) = 0"#.utf8)[...])
    #expect(other != nil)
    guard case .call(let call) = parser.read(Array(#"5 <... read resumed>""..., 9) = 9"#.utf8)[...])
    else {
      Issue.record("the second half was not understood")
      return
    }
    #expect(call.process == 5)
    #expect(call.object(0) == "/a")
    #expect(call.result == 9)
    #expect(parser.unparsedLines == 0)
  }

  @Test(arguments: [
    "", "garbage", "12", "12 open(", "12 <... read resumed>) = 0", "12 =", "x(1) = 2",
  ])
  func `what is no such line is counted and harms nothing`(line: String) {
    var parser = StraceParser()
    let event = parser.read(Array(line.utf8)[...])
    #expect(event == nil)
    #expect(parser.unparsedLines == (line.isEmpty ? 0 : 1))
  }

  @Test func `signals and ends are no calls`() {
    var parser = StraceParser()
    let end = parser.read(Array("4 +++ exited with 0 +++".utf8)[...])
    #expect(end == .exited(process: 4))
    let signal = parser.read(Array("4 --- SIGCHLD {si_signo=SIGCHLD} ---".utf8)[...])
    #expect(signal == nil)
    #expect(parser.unparsedLines == 0)
  }
}
