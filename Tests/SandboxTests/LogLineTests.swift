@testable import SandboxBase
import Testing

struct LogLineTests {
  private static func text(_ sentence: String) -> String {
    String(decoding: LogLine.bytes(program: "p", level: "info", sentence: sentence), as: UTF8.self)
  }

  @Test(arguments: [
    "a\nb", "a\rb", "a\u{0}b", "a\u{1b}b", "a\u{7f}b", "a\u{9b}b", "a\tb",
  ])
  func `no control character gets into a line`(sentence: String) {
    #expect(Self.text(sentence) == "p: info: a b\n")
  }

  @Test func `as JSON quotes and backslashes are escaped, and control characters are spaces`() {
    let line = LogLine.json([("event", "a.b"), ("path", "/a\"\\b\nc é")])
    #expect(
      String(decoding: line, as: UTF8.self) == #"{"event":"a.b","path":"/a\"\\b c é"}"# + "\n")
  }

  @Test(arguments: [
    ("", ["info", "warning", "error"]), ("text,info", ["info", "warning", "error"]),
    ("json,journal,warning", ["warning", "error"]), ("text,error", ["error"]),
  ])
  func `a form names the least level that is written`(text: String, written: [String]) {
    let form = LogFormat(text)
    #expect(["info", "warning", "error"].filter(form.writes) == written)
    #expect(form.isJSON == text.hasPrefix("json") && form.hasPriority == text.contains("journal"))
  }

  @Test func `all else stays as it is`() {
    #expect(Self.text("\"é\" → ü 🙂") == "p: info: \"é\" → ü 🙂\n")
  }
}
