/// The form of a line in the operator's log, of this program and of the launcher alike.
package enum LogLine {
  /// One line of the log, with its line feed.
  ///
  /// - Parameters:
  ///   - program: whose line it is.
  ///   - level: `info`, `warning` or `error`.
  ///   - sentence: any text. Each control character in it becomes a space: a line break in what a
  ///     client sent must not look like a line of ours, nor an escape sequence reach a terminal.
  /// - Returns: the line with its line feed, for one write(2).
  package static func bytes(program: String, level: String, sentence: String) -> [UInt8] {
    Array("\(program): \(level): \(printable(sentence))\n".utf8)
  }

  /// The same as one object of JSON (RFC 8259) with these members; control characters are spaces.
  package static func json(_ members: [(name: String, value: String)]) -> [UInt8] {
    let texts = members.map { name, value in
      let escaped = printable(value).unicodeScalars.map { scalar in
        scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
      }
      return "\"\(name)\":\"\(escaped.joined())\""
    }
    return Array("{\(texts.joined(separator: ","))}\n".utf8)
  }

  private static func printable(_ sentence: String) -> String {
    // U+0080...U+009F are the bytes 0xc2 0x80...0x9f.
    guard sentence.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0xc2 }) else {
      return sentence
    }
    return sentence.unicodeScalars.map { scalar in
      let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      return isControl ? " " : String(scalar)
    }.joined()
  }
}
