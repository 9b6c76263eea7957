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
    var line = Array("\(program): \(level): ".utf8)
    // U+0080...U+009F are the bytes 0xc2 0x80...0x9f.
    if sentence.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0xc2 }) {
      for scalar in sentence.unicodeScalars {
        let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
        line += (isControl ? " " : String(scalar)).utf8
      }
    } else {
      line += sentence.utf8
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }
}
