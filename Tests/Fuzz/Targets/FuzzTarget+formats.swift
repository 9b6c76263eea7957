@testable import RunnerConfiguration
@testable import TextFormats

/// JSON, JSON5, base64 and command lines.
extension FuzzTarget {
  static let formats = [json, json5, jsonString, base64, commandLine]

  private static let folder = "Sources/Base/Formats/"

  private static let json = FuzzTarget(
    "json",
    of: [
      "\(folder)JSONReader.swift", "\(folder)JSONReader+number.swift",
      "\(folder)JSONReader+string.swift", "\(folder)JSONReader+words.swift",
      "\(folder)JSONNumber.swift", "\(folder)JSONSource.swift",
    ],
    bytesMax: 512,
    seeds: [
      #"{"a": [1, -0.5e3, true, null], "\u0061b": "\ud83d\ude00\n"}"#, "[[[[1]]]]", " \"é\" ",
      "1e400", "-0",
    ].map { Array($0.utf8) }
  ) { bytes in
    guard let node = try? JSONReader.read(bytes, as: .json) else { return }
    let lenient = try? JSONReader.read(bytes, as: .json5)
    hold(lenient.map { isSame($0, node) } == true, "all JSON is JSON5, of the same value")
    var writer = JSONWriter()
    write(node, to: &writer)
    let again = try? JSONReader.read(writer.bytes, as: .json)
    hold(again.map { isSame($0, node) } == true, "a value is read as it was written")
    if case .number(let number) = node.content, let whole = number.integer, whole >= 0 {
      hold(number.unsigned == UInt64(whole), "both forms of a number agree")
    }
  }

  private static let json5 = FuzzTarget(
    "json5",
    of: [
      "Sources/Runner/Configuration/JSON5/JSON5Parser.swift",
      "Sources/Runner/Configuration/JSON5/JSONText.swift",
    ],
    bytesMax: 512,
    seeds: [
      "// a\n{b: 'c\\\n d', $e: [+1, .5, 0xff, Infinity, -NaN,], /* f */ 'g': null,}",
      #"{"a": {"a": 1, "a": 2}}"#, "\u{feff}[1,\u{2028}2]", "{\\u0061: \"\\x41\\v\"}",
    ].map { Array($0.utf8) }
  ) { bytes in
    do throws(JSON5SyntaxError) {
      let document = try JSON5Parser.parse(bytes)
      guard let text = JSONText(document.root) else { return }
      let written = Array(text.document.utf8)
      guard document.repeated.isEmpty else { return }
      hold((try? JSONReader.read(written, as: .json)) != nil, "what is printed is JSON")
    } catch {
      hold(error.position.line >= 1 && error.position.column >= 1, "a fault has its place")
      let lines = bytes.count(where: { $0 == 0x0a || $0 == 0x0d || $0 == 0xe2 })
      hold(error.position.line <= lines + 1, "a fault stands in the text")
    }
  }

  private static let jsonString = FuzzTarget(
    "json-string",
    of: [
      "\(folder)JSONStringEncoder.swift", "\(folder)JSONStringEncoder+block.swift",
      "\(folder)JSONEscape.swift",
    ],
    seeds: [[3, 0x61, 0xf0, 0x9f, 0x98, 0x80], [1, 0xff, 0x22, 0x5c, 0], [2, 0xed, 0xa0, 0x80]]
  ) { bytes in
    guard let cut = bytes.first.map(Int.init) else { return }
    let text = bytes.dropFirst()
    var whole: [UInt8] = []
    var encoder = JSONStringEncoder()
    encoder.encode(text, into: &whole)
    encoder.finish(into: &whole)
    var parts: [UInt8] = []
    encoder = JSONStringEncoder()
    encoder.encode(text.prefix(cut), into: &parts)
    encoder.encode(text.dropFirst(cut), into: &parts)
    encoder.finish(into: &parts)
    hold(whole == parts, "pieces make the same text")
    let node = try? JSONReader.read([0x22] + whole + [0x22], as: .json)
    let decoded = String(decoding: text, as: UTF8.self)
    guard case .text(let read)? = node?.content else { fatalError("what is written is a string") }
    hold(read.utf8.elementsEqual(decoded.utf8), "a string is read as UTF-8 is decoded")
  }

  private static let base64 = FuzzTarget(
    "base64", of: ["\(folder)Base64.swift"], bytesMax: 128,
    texts: ["", "AA==", "AAA=", "+/+/", "QUJD"]
  ) { text in
    if let bytes = Base64.decode(text) {
      hold(Base64.encode(bytes) == text, "two texts never mean the same bytes")
    }
    let bytes = Array(text.utf8)
    hold(Base64.decode(Base64.encode(bytes)) == bytes, "what is encoded is decoded")
  }

  private static let commandLine = FuzzTarget(
    "command-line", of: ["\(folder)CommandLineReader.swift"],
    texts: ["--port\n80\n-w/a\n--b=c\n--\n-d", "-\n--=\n-é"]
  ) { text in
    let arguments = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var reader = CommandLineReader(arguments)
    for argument in arguments {
      let written =
        switch reader.next() {
        case .operand(let operand): operand
        case .option(let option):
          option.spelling + (option.isLong && option.attached != nil ? "=" : "")
            + (option.attached ?? "")
        case nil: "nothing"
        }
      hold(written.utf8.elementsEqual(argument.utf8), "no byte of an argument is lost")
    }
    hold(reader.next() == nil, "each argument is read once")
  }

  /// Whether two values are the same, wherever they stand in their texts.
  private static func isSame(_ one: JSONNode, _ other: JSONNode) -> Bool {
    switch (one.content, other.content) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.number(let one), .number(let other)): one.text == other.text
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    case (.list(let one), .list(let other)):
      one.count == other.count && zip(one, other).allSatisfy(isSame)
    case (.object(let one), .object(let other)):
      one.count == other.count
        && zip(one, other).allSatisfy {
          $0.key.utf8.elementsEqual($1.key.utf8) && isSame($0.value, $1.value)
        }
    default: false
    }
  }

  private static func write(_ node: JSONNode, to writer: inout JSONWriter) {
    switch node.content {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .number(let number): writer.rawValue(Array(number.text.utf8))
    case .text(let text): writer.string(text)
    case .list(let elements):
      writer.beginArray()
      for element in elements { write(element, to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        write(member.value, to: &writer)
      }
      writer.endObject()
    }
  }
}
