/// The first bytes of a body that is no JSON, as an error shows them: with them a client sees what
/// its shell or its template made of the JSON that was meant.
enum BodyExcerpt {
  /// Bytes that are shown.
  private static let bytesMax = 40

  /// A sentence to stand behind another, with a space before it; empty for an empty body.
  static func sentence(on body: [UInt8]) -> String {
    guard !body.isEmpty else { return "" }
    let isWhole = body.count <= bytesMax
    return " It \(isWhole ? "is" : "begins with"): \(shown(body.prefix(bytesMax)))" + hint(body)
  }

  /// Printable ASCII as it is, every other byte as `\xHH`.
  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { byte in
      guard !(0x20..<0x7f).contains(byte) else { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16)
      return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  /// The mistake that such a beginning shows, where it shows one.
  private static func hint(_ body: [UInt8]) -> String {
    let text = body.prefix(bytesMax).filter { $0 > 0x20 }
    if text.first == UInt8(ascii: "'") {
      return """
         (the shell passed its quotes on: in Windows the JSON stands in double quotes, and those \
        inside of it are \\")
        """
    }
    guard text.first == UInt8(ascii: "{"), text.count > 1 else { return "" }
    let second = Unicode.Scalar(text[1])
    if second == "'" { return " (names and strings of JSON stand in double quotes)" }
    guard text[1] < 0x80, second.properties.isAlphabetic || second == "\\" else { return "" }
    return " (the shell removed the double quotes: send the JSON from a file, with curl -d @FILE)"
  }
}
