/// Text for one line of a log that a terminal may show.
package enum LogText {
  /// `text` with a space for each control character (C0, DEL and C1 of ISO/IEC 6429): a line break
  /// in what a client or a file said must not look like a line of ours, and an escape sequence must
  /// not reach the terminal.
  package static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(isControl(scalar) ? " " : scalar) }
    return String(scalars)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
  }
}
