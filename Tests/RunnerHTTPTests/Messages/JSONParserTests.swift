import Testing

@testable import RunnerHTTP

struct JSONParserTests {
  private static func value(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test(
    arguments: [
      ("null", .null), (" \t\r\n true ", .bool(true)), ("false", .bool(false)), ("0", .number(0)),
      ("-0.0e-10", .number(0)), ("1E+2", .number(100)),
      ("60.0", .number(60)), ("6.00e1", .number(60)), ("600e-1", .number(60)),
      ("60.5", .number(nil)), ("-60.0", .number(nil)), ("1e20", .number(nil)),
      ("1e19", .number(10_000_000_000_000_000_000)), ("1e-9223372036854775808", .number(nil)),
      ("0e99999999999999999999", .number(0)), ("1.00000000000000000001", .number(nil)),
      ("\u{feff}1", .number(1)),
      ("123456789012345678901234567890", .number(nil)),
      ("18446744073709551615", .number(.max)),
      (#""""#, .string("")), (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{c}\n\r\tz")),
      (#""\u00e9\u20AC\ud83d\uDE00""#, .string("é€😀")), (#""é€😀""#, .string("é€😀")),
      (#""\u0000""#, .string("\0")), (#""\uFFFF""#, .string("\u{ffff}")), ("[]", .array([])),
      ("[ ]", .array([])), ("[1,[null]]", .array([.number(1), .array([.null])])),
      ("{}", .object([])),
      (
        #"{ "a" : 1 , "" : [ ] }"#,
        .object([.init(name: "a", value: .number(1)), .init(name: "", value: .array([]))])
      ),
      (
        #"{"a":{"a":1}}"#,
        .object([
          .init(
            name: "a", value: .object([.init(name: "a", value: .number(1))]))
        ])
      ),
    ] as [(String, JSONValue)])
  func `JSON is read`(text: String, expected: JSONValue) throws {
    #expect(try Self.value(text) == expected)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN",
    "Infinity", "1 2", "null,", "'a'", #"""#, #""a"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#,
    "\"\t\"", "\"a\nb\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"",
    #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, "{a:1}", "{1:2}", #"{"a":1 "b":2}"#, "}", "/**/1",
    "1//", "\u{feff}", "\u{feff}\u{feff}1", "1\u{feff}", "\u{a0}1",
  ])
  func `anything else is refused`(text: String) {
    #expect(throws: JSONValueError.self) { try Self.value(text) }
  }

  @Test(arguments: [
    #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\ud800""#,
    #""\udc00\ud800""#, #""\ud83d\u0041""#,
  ])
  func `half a surrogate pair is refused`(text: String) {
    #expect(throws: JSONValueError.self) { try Self.value(text) }
  }

  @Test(
    arguments: [
      [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xff],
      [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3],
      [0xe2, 0x82],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONValueError.self) { try JSONParser.parse([quote] + bytes + [quote]) }
    #expect(throws: JSONValueError.self) { try JSONParser.parse(bytes) }
  }

  @Test(arguments: [
    #"{"args":1,"args":2}"#, #"{"args":1,"\u0061rgs":2}"#, #"[{"args":{"b":1},"args":1}]"#,
  ])
  func `a name twice is refused and named`(text: String) {
    let fault = #expect(throws: JSONValueError.self) { try Self.value(text) }
    #expect(fault?.duplicateName == "args")
  }

  @Test func `32 levels are read and 33 are not`() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      #expect(throws: Never.self) { try Self.value(nested(32, open, close)) }
      #expect(throws: JSONValueError.self) { try Self.value(nested(33, open, close)) }
      #expect(throws: JSONValueError.self) { try Self.value(nested(100_000, open, close)) }
    }
  }

  @Test func `no prefix and no changed byte of a text breaks the parser`() {
    let text = Array(#"{"command":"/a\u00e9\n","args":["x",null,-1.5e3,{}],"callback":true}"#.utf8)
    for count in 0..<text.count {
      #expect(throws: JSONValueError.self) { try JSONParser.parse(Array(text[..<count])) }
      for byte in stride(from: UInt8(0), through: 255, by: 5) {
        var changed = text
        changed[count] = byte
        _ = try? JSONParser.parse(changed)
      }
    }
  }
}
