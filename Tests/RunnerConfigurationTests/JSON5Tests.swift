import Testing
import TextFormats

@testable import RunnerConfiguration

/// JSON5, whole, with positions.
struct JSON5Tests {
  private func content(_ text: String) throws -> JSON5Node.Content {
    try JSON5Parser.parse(Array(text.utf8)).root.content
  }

  private func refused(_ bytes: [UInt8]) -> JSON5SyntaxError? {
    do throws(JSON5SyntaxError) {
      _ = try JSON5Parser.parse(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("null", JSON5Node.Content.null), ("true", .bool(true)), ("false", .bool(false)),
    ("0", .integer(0)), ("-0", .integer(0)), ("+7", .integer(7)), ("-12", .integer(-12)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .decimal(0x1p63)),
    ("0x1F", .integer(31)), ("-0XfF", .integer(-255)), (".5", .decimal(0.5)), ("5.", .decimal(5)),
    ("1e3", .decimal(1000)), ("1E+3", .decimal(1000)), ("25e-1", .decimal(2.5)),
    ("Infinity", .decimal(.infinity)), ("-Infinity", .decimal(-.infinity)),
    ("\"a\"", .text("a")), ("'it\"s'", .text("it\"s")), ("\"it's\"", .text("it's")),
    ("''", .text("")), ("'\\x41\\u00e9\\n\\t\\0\\q\\''", .text("A\u{e9}\n\t\0q'")),
    ("'\\ud83d\\ude00'", .text("\u{1f600}")), ("'a\\\nb\\\r\nc\\\u{2028}d'", .text("abcd")),
    ("'\u{2028}'", .text("\u{2028}")), ("[]", .list([])), ("{}", .object([])),
    ("\u{feff} /* a */ // b\n\t\u{a0}\u{3000}null//", .null),
  ])
  func `every form of a value is read`(text: String, expected: JSON5Node.Content) throws {
    #expect(try content(text) == expected)
  }

  @Test func `what is no number stays one until it is needed`() throws {
    guard case .decimal(let value) = try content("NaN") else {
      Issue.record("NaN is a number in JSON5")
      return
    }
    #expect(value.isNaN)
  }

  @Test func `keys and values have positions`() throws {
    let document = "// é\r\n{ a: 1,\n  'b c': [2,\n\t\t'\u{1f600}', true,],\u{2028}$d_1: {},}"
    guard case .object(let members) = try content(document) else {
      Issue.record("it is an object")
      return
    }
    #expect(members.map(\.key) == ["a", "b c", "$d_1"])
    #expect(
      members.map(\.position) == [
        SourcePosition(line: 2, column: 3), SourcePosition(line: 3, column: 3),
        SourcePosition(line: 5, column: 1),
      ])
    guard case .list(let elements) = members[1].value.content else {
      Issue.record("it is a list")
      return
    }
    #expect(
      elements.map(\.position) == [
        SourcePosition(line: 3, column: 11), SourcePosition(line: 4, column: 3),
        SourcePosition(line: 4, column: 8),
      ])
  }

  @Test func `names are those of ECMAScript`() throws {
    guard case .object(let members) = try content("{\\u0061b: 1, \u{e9}t\u{e9}: 2, _$: 3, if: 4}")
    else {
      Issue.record("it is an object")
      return
    }
    #expect(members.map(\.key) == ["ab", "\u{e9}t\u{e9}", "_$", "if"])
  }

  @Test(arguments: [
    ("", 1, 1, "a value is missing"), ("  \n ", 2, 2, "a value is missing"),
    ("{", 1, 2, "a key or }"), ("{a}", 1, 3, "a colon is missing behind `a`"),
    ("{a: 1 b: 2}", 1, 7, "a comma or }"), ("{a: }", 1, 5, "no value"), ("{,}", 1, 2, "a key"),
    ("[1 2]", 1, 4, "a comma or ]"), ("[,]", 1, 2, "no value"), ("[1,,2]", 1, 4, "no value"),
    ("{1: 2}", 1, 2, "a key"), ("{a-b: 1}", 1, 3, "a colon"), ("nul", 1, 1, "`nul` is no value"),
    ("True", 1, 1, "no value"), ("'a", 1, 1, "never closed"), ("'a\nb'", 1, 3, "on the line"),
    ("'\\1'", 1, 2, "no escape"), ("'\\01'", 1, 2, "no escape"), ("'\\xg0'", 1, 2, "2 hexadecimal"),
    ("'\\u12'", 1, 2, "4 hexadecimal"), ("'\\ud800'", 1, 2, "surrogate"),
    ("'\\udc00\\ud800'", 1, 2, "surrogate"), ("'\\ud800\\u0041'", 1, 2, "surrogate"),
    ("01", 1, 1, "superfluous 0"), ("-", 1, 1, "digits are missing"), (".", 1, 1, "point alone"),
    ("1e", 1, 1, "exponent"), ("0x", 1, 1, "hexadecimal digits"), ("0x1G", 1, 1, "letters follow"),
    ("512M", 1, 1, "\"512M\""), ("1.2.3", 1, 4, "behind the end"), ("+-1", 1, 1, "digits"),
    ("0xFFFFFFFFFFFFFFFFFF", 1, 1, "too large"), ("-Infinit", 1, 1, "no number"),
    ("1 2", 1, 3, "behind the end"), ("{} {}", 1, 4, "behind the end"),
    ("/* a", 1, 1, "never closed"), ("/ 1", 1, 1, "a comment begins"), ("@", 1, 1, "no value"),
    ("{a\\n: 1}", 1, 2, "only \\uHHHH"), ("{\\u0020: 1}", 1, 2, "in no name"), ("\u{0}", 1, 1, ""),
  ])
  func `what is not JSON5 is refused where it stands`(
    text: String, line: Int, column: Int, why: String
  ) throws {
    let fault = try #require(refused(Array(text.utf8)), "\(text) was taken")
    #expect(fault.position == SourcePosition(line: line, column: column), "\(text): \(fault)")
    #expect(fault.why.contains(why), "\(fault)")
  }

  @Test(
    arguments: [
      [0xff], [0x22, 0xc3, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) throws {
    let fault = try #require(refused(bytes))
    #expect(fault.why.contains("UTF-8"))
    #expect(fault.position == SourcePosition(line: 1, column: bytes.count > 1 ? 2 : 1))
  }

  @Test func `depth and size are bounded`() throws {
    let deepest = JSON5Parser.depthMax
    let nested = { (count: Int) in
      Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
    }
    #expect(refused(nested(deepest)) == nil)
    #expect(refused(nested(deepest + 1))?.position == SourcePosition(line: 1, column: deepest + 1))
    #expect(refused(nested(500_000))?.why.contains("nested deeper") == true)
    let blank = [UInt8](repeating: UInt8(ascii: " "), count: JSON5Parser.bytesMax)
    #expect(refused([UInt8(ascii: "1")] + blank.dropFirst()) == nil)
    #expect(refused([UInt8(ascii: "1")] + blank)?.why.contains("at most") == true)
  }

  @Test func `repeated keys are told, each where it is repeated`() throws {
    let document = try JSON5Parser.parse(Array("{a: 1, b: {c: 1, 'c': 2}, \"a\": 3}".utf8))
    #expect(document.repeated.map(\.key) == ["c", "a"])
    #expect(document.repeated.map(\.position.column) == [18, 27])
  }

  /// A linear congruential generator: the same damage on every run.
  private struct Malformation {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  @Test func `no damage does more than to be refused within the file`() {
    let sample = Array(
      "{a: [1, -0x2, .5e3, 'x\\u0041\\\n', \"\\ud83d\\ude00\"], // c\n $b: {c: null, 'd': true,},}"
        .utf8)
    let marks = Array("{}[]:,'\"\\/*+-.eEx0u\n\u{e9}".utf8) + [0, 0xff, 0x80]
    var damage = Malformation(seed: 1)
    for _ in 0..<20_000 {
      var bytes = sample
      for _ in 0...damage.next(4) {
        let place = damage.next(bytes.count)
        switch damage.next(3) {
        case 0: bytes[place] = marks[damage.next(marks.count)]
        case 1: bytes.insert(marks[damage.next(marks.count)], at: place)
        default: bytes.remove(at: place)
        }
      }
      guard let fault = refused(bytes) else { continue }
      let lines = bytes.count { $0 == 0x0a } + 1
      #expect(fault.position.line <= lines && fault.position.column <= bytes.count + 1)
      #expect(!fault.why.isEmpty)
    }
  }

  @Test(arguments: [
    ("-1111.2", "-1111.2"), ("-0.05", "-0.05"), ("-7.0", "-7"), ("1.5", "1.5"), ("0.004", "0"),
  ])
  func `a decimal number is printed with one sign`(text: String, printed: String) throws {
    let document = try JSON5Parser.parse(Array(text.utf8))
    #expect(JSONText(document.root)?.line == printed)
  }
}
