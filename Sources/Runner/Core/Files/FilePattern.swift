/// A pattern of file names: `*` stands for any bytes, `?` for one character, all else for itself.
package struct FilePattern: Hashable, Sendable {
  /// Bytes of the longest pattern.
  package static let bytesMax = 255

  /// The pattern as it was written.
  package let text: String

  /// The pattern; nil for a text that no name of a file can match.
  package init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= Self.bytesMax, text.utf8.first != UInt8(ascii: "."),
      !text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "/") })
    else { return nil }
    self.text = text
  }

  /// Whether a name matches. Costs at most the product of both lengths.
  package func matches(_ name: FileName) -> Bool {
    let (pattern, name) = (Array(text.unicodeScalars), Array(name.text.unicodeScalars))
    var (place, position) = (0, 0)
    var retry: (place: Int, position: Int)?
    while position < name.count {
      if place < pattern.count, pattern[place] == "*" {
        place += 1
        retry = (place, position)
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[position] {
        place += 1
        position += 1
      } else if let last = retry {
        retry = (last.place, last.position + 1)
        (place, position) = (last.place, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
