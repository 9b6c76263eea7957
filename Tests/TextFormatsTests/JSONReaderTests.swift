import Testing
import TextFormats

/// One reader for both dialects: what they share, and where they part.
struct JSONReaderTests {
  private func reading(_ text: String, _ dialect: JSONReader.Dialect) -> JSONNode? {
    do throws(JSONSyntaxError) {
      return try JSONReader.read(Array(text.utf8), as: dialect)
    } catch {
      return nil
    }
  }

  @Test(arguments: [
    "null", "true", "[1, -2.5e3, \"a\\n\\u00e9\\ud83d\\ude00\"]", "{\"a\": {\"b\": []}}",
    " [\t{} \r\n] ",
  ])
  func `JSON means the same in both`(text: String) {
    let strict = reading(text, .json)
    #expect(strict != nil)
    #expect(strict == reading(text, .json5))
  }

  @Test(arguments: [
    "[1,]", "{a: 1}", "'a'", "// x\n1", "/* x */ 1", "+1", ".5", "5.", "0x1f", "Infinity",
    "-NaN", "\"a\\\nb\"", "\u{a0}1", "{\"a\":1,\"a\":2}", "\"\t\"", "\"\\x41\"", "\"\\v\"",
  ])
  func `what JSON5 adds is refused as JSON`(text: String) {
    #expect(reading(text, .json5) != nil)
    #expect(reading(text, .json) == nil)
  }

  @Test(arguments: [
    "", "01", "[1 2]", "{\"a\" 1}", "nul", "1 2", "\"a", "\"\\u12\"", "\"\\ud800\"",
  ])
  func `neither takes what is neither`(text: String) {
    #expect(reading(text, .json) == nil)
    #expect(reading(text, .json5) == nil)
  }

  @Test func `every value and key knows its place`() throws {
    let text = Array("{ \"a\" : [ 1, true ] }".utf8)
    let root = try JSONReader.read(text, as: .json)
    guard case .object(let members) = root.content, let member = members.first,
      case .list(let elements) = member.value.content
    else {
      Issue.record("\(root)")
      return
    }
    #expect(root.offset == 0 && member.offset == 2 && member.value.offset == 8)
    #expect(elements.map(\.offset) == [10, 13])
    var source = JSONSource(Array("\u{feff}é\r\n\rx".utf8))
    #expect(source.position(at: 3) == SourcePosition(line: 1, column: 1))
    #expect(source.position(at: 5) == SourcePosition(line: 1, column: 2))
    #expect(source.position(at: 7) == SourcePosition(line: 2, column: 1))
    #expect(source.position(at: 8) == SourcePosition(line: 3, column: 1))
  }
}
