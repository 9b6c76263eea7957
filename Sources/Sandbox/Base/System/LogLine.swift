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
    for scalar in sentence.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      line += (isControl ? " " : String(scalar)).utf8
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }
}
