import RunnerCore
import Testing

/// Names of files, and the patterns that choose among them.
struct FileNameTests {
  // Proves P-422.
  @Test(arguments: [
    "", ".", "..", ".hidden", "a/b", "/a", "../a", "a\u{0}b", "a\nb", "a\\b", "a\u{7f}",
    String(repeating: "a", count: 256),
  ])
  func `what is no plain component of a path is no name`(text: String) {
    #expect(throws: FileName.ParseError.self) { try FileName(Array(text.utf8)) }
  }

  @Test func `bytes that are no UTF-8 are no name`() {
    #expect(throws: FileName.ParseError.self) { try FileName([0x61, 0xff]) }
  }

  // Twin of P-422.
  @Test(arguments: [
    "a", "clip.mkv", "a b", "é…", "-y", "a..b", String(repeating: "a", count: 255),
  ])
  func `any other text is one`(text: String) throws {
    #expect(try FileName(Array(text.utf8)).text == text)
  }

  @Test(arguments: [
    ("*.mp4", "a.mp4", true), ("*.mp4", "a.mp4x", false), ("*.mp4", "mp4", false),
    ("a?c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false), ("*", "x", true),
    ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxa", false), ("a", "a", true), ("a", "b", false),
    ("**", "x", true), ("[a]", "a", false),
  ])
  func `a pattern matches as a whole`(pattern: String, name: String, matches: Bool) throws {
    let name = try FileName(Array(name.utf8))
    #expect(try #require(FilePattern(pattern)).matches(name) == matches)
  }

  @Test func `a pattern of many stars costs no more than the product`() throws {
    let pattern = try #require(FilePattern(String(repeating: "*a", count: 120) + "b"))
    #expect(!pattern.matches(try FileName(Array(String(repeating: "a", count: 250).utf8))))
  }

  @Test(arguments: ["", ".*", "a/b", "a\nb"])
  func `what matches no name is no pattern`(text: String) {
    #expect(FilePattern(text) == nil)
  }
}
