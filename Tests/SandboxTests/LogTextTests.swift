import Sandbox
import Testing

/// What a line of the log may hold.
struct LogTextTests {
  @Test(arguments: [
    ("/bin/a", "/bin/a"), ("ü€𝄞 \"x\"", "ü€𝄞 \"x\""), ("", ""),
    ("/a\nhttp-runner: info: all is well", "/a http-runner: info: all is well"),
    ("a\r\nb\tc\0d", "a  b c d"), ("\u{1b}[2J", " [2J"),
    ("\u{7f}\u{80}\u{9b}31m\u{a0}", "   31m\u{a0}"),
  ])
  func `control characters become spaces`(text: String, line: String) {
    #expect(LogText.printable(text) == line)
  }
}
