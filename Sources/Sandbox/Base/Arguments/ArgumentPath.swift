/// What `{path:...}` asks of a path: the folders that it may be in, and the end of its name.
package struct ArgumentPath: Hashable, Sendable {
  /// The folders of an entry that are meant.
  enum Access: Hashable, Sendable {
    case read, write
  }

  let access: Access
  /// Ends of the name, as `.mp4`, of which it has one, byte for byte; empty for any.
  let suffixes: [Suffix]
  /// Whether it is a result (`{output:write}`): the program writes under a temporary name, and the
  /// file gets this one when the job succeeded.
  var isOutput = false

  struct Suffix: Hashable, Sendable {
    /// Empty for any.
    let text: [UInt8]
    /// Whether the path may hold a number pattern, as `out%03d.png`: many programs write a file for
    /// each number then.
    let admitsPattern: Bool
  }

  /// - Parameter words: what stands behind `path:` or `path:read:`, split at `|`.
  /// - Returns: nil where that is no list of suffixes.
  static func suffixes(_ words: [[UInt8]], _ access: Access) -> [Suffix]? {
    var suffixes: [Suffix] = []
    for word in words {
      let admitsPattern = access == .write && word.first == UInt8(ascii: "%")
      let text = admitsPattern ? Array(word.dropFirst()) : word
      guard text.isEmpty ? admitsPattern : isSuffix(text) else { return nil }
      suffixes.append(Suffix(text: text, admitsPattern: admitsPattern))
    }
    return suffixes
  }

  private static func isSuffix(_ text: [UInt8]) -> Bool {
    text.count > 1 && text.first == UInt8(ascii: ".")
      && text.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
  }

  /// The end of a name that says what is in the file: one of the rule, or from its last full stop
  /// on; empty where a temporary name cannot have it.
  func ending(of name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let named = suffixes.map(\.text).filter { name.count > $0.count && name.hasSuffix($0) }
    let dot = name.dropFirst().lastIndex(of: UInt8(ascii: "."))
    let ending = named.max { $0.count < $1.count }.map { $0[...] } ?? dot.map { name[$0...] } ?? []
    let isPlain = ending.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf)
        || byte == UInt8(ascii: ".")
    }
    return isPlain && ending.count <= Self.endingBytesMax ? ending : []
  }

  private static let endingBytesMax = 24

  /// Why a path with the last part `name` does not do, without a full stop; nil where it does.
  func refusal(of name: ArraySlice<UInt8>, in path: ArraySlice<UInt8>) -> String? {
    let fitting = suffixes.filter { suffix in
      suffix.text.isEmpty
        || (name.count > suffix.text.count && name.hasSuffix(suffix.text))
    }
    guard suffixes.isEmpty || !fitting.isEmpty else {
      let list = suffixes.map { "`\(String(decoding: $0.text, as: UTF8.self))`" }
      return "its name does not end in \(list.joined(separator: " or "))"
    }
    guard access == .write, Self.hasPattern(path), !fitting.contains(where: \.admitsPattern) else {
      return nil
    }
    return "it has a number pattern (`%d`), which can become many files; only `{path:write:%}` "
      + "allows that"
  }

  /// A percent sign with what printf(3) and the naming patterns of ffmpeg, ImageMagick and yt-dlp
  /// replace: digits and a letter of a number, or a bracket.
  private static func hasPattern(_ path: ArraySlice<UInt8>) -> Bool {
    var rest = path
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      rest = rest[(percent + 1)...]
      let next = rest.drop { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }.first
      if let next, "diouxX([{".utf8.contains(next) { return true }
    }
    return false
  }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ end: [UInt8]) -> Bool { suffix(end.count) == end[...] }
}
