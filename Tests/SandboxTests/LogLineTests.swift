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

  @Test func `all else stays as it is`() {
    #expect(Self.text("\"é\" → ü 🙂") == "p: info: \"é\" → ü 🙂\n")
  }
}
