extension ArgumentPattern {
  /// Digits of `{int}`: as many as always fit a number of the processor.
  static let digitsMax = 18
  static let intMax = 999_999_999_999_999_999
  /// Bytes of `{number}`.
  private static let numberBytesMax = 40

  /// Whether the whole of `argument` is what the pattern says.
  package func matches(_ argument: String, in folders: ArgumentFolders) -> Bool {
    matches(bytes: Array(argument.utf8)[...], in: folders)
  }

  /// Positions are indices of the slice, which begins where the argument does in its block.
  func matches(bytes argument: ArraySlice<UInt8>, in folders: ArgumentFolders) -> Bool {
    // In rising order, each once: everywhere that the elements so far may end.
    var positions = [argument.startIndex]
    for element in elements {
      positions = Self.ends(of: element, from: positions, in: argument, folders)
      if positions.isEmpty { return false }
    }
    return positions.last == argument.endIndex
  }

  /// Why the path at the end of `argument` does not do, without a full stop; nil where that is not
  /// what keeps it from matching.
  func pathRefusal(of argument: ArraySlice<UInt8>, in folders: ArgumentFolders) -> String? {
    guard case .path(let rule) = elements.last else { return nil }
    var positions = [argument.startIndex]
    for element in elements.dropLast() {
      positions = Self.ends(of: element, from: positions, in: argument, folders)
      if positions.isEmpty { return nil }
    }
    return positions.first.flatMap { folders.refusal(of: argument[$0...], for: rule) }
  }

  /// Whether what it matches is a result.
  var isOutput: Bool {
    if case .path(let rule) = elements.last { rule.isOutput } else { false }
  }

  /// The result at the end of `argument`, which the pattern matches; nil where it is none.
  func output(
    of argument: ArraySlice<UInt8>, at index: Int, in folders: ArgumentFolders
  ) -> ArgumentOutput? {
    guard case .path(let rule) = elements.last, rule.isOutput else { return nil }
    var positions = [argument.startIndex]
    for element in elements.dropLast() {
      positions = Self.ends(of: element, from: positions, in: argument, folders)
    }
    guard let start = positions.first(where: { folders.admits(argument[$0...], for: rule) }) else {
      return nil
    }
    let path = argument[start...]
    let name = path.suffix(from: (path.lastIndex(of: 0x2f) ?? start) + 1)
    return ArgumentOutput(
      index: index, offset: start - argument.startIndex,
      path: String(decoding: path, as: UTF8.self),
      ending: String(decoding: rule.ending(of: name), as: UTF8.self))
  }

  private static func ends(
    of element: Element, from starts: [Int], in bytes: ArraySlice<UInt8>, _ folders: ArgumentFolders
  ) -> [Int] {
    switch element {
    case .literal(let text):
      starts.compactMap { begins(text, bytes, at: $0) ? $0 + text.count : nil }
    case .anything: Array(starts[0]...bytes.endIndex)
    case .character: starts.compactMap { characterEnd(bytes, at: $0) }
    case .int(let range): ordered(starts.flatMap { intEnds(bytes, from: $0, range) })
    case .number: ordered(starts.flatMap { numberEnds(bytes, from: $0) })
    case .word: wordEnds(bytes, from: starts)
    case .text: textEnds(bytes, from: starts)
    case .one(let choices):
      ordered(
        starts.flatMap { start in
          choices.compactMap { begins($0, bytes, at: start) ? start + $0.count : nil }
        })
    case .path(let rule):
      starts.contains { folders.admits(bytes[$0...], for: rule) } ? [bytes.endIndex] : []
    case .url(let schemes):
      starts.contains { ArgumentURL.isOne(bytes[$0...], schemes: schemes) } ? [bytes.endIndex] : []
    }
  }

  private static func begins(_ text: [UInt8], _ bytes: ArraySlice<UInt8>, at start: Int) -> Bool {
    bytes.endIndex - start >= text.count && bytes[start..<(start + text.count)].elementsEqual(text)
  }

  private static func ordered(_ positions: [Int]) -> [Int] {
    positions.count < 2 ? positions : Set(positions).sorted()
  }

  /// Behind one character of UTF-8; nil at the end, and within a character.
  private static func characterEnd(_ bytes: ArraySlice<UInt8>, at start: Int) -> Int? {
    guard start < bytes.endIndex, !isContinuation(bytes[start]) else { return nil }
    var end = start + 1
    while end < bytes.endIndex, isContinuation(bytes[end]) { end += 1 }
    return end
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func intEnds(
    _ bytes: ArraySlice<UInt8>, from start: Int, _ range: ClosedRange<Int>
  ) -> [Int] {
    let isNegative = start < bytes.endIndex && bytes[start] == UInt8(ascii: "-")
    let first = start + (isNegative ? 1 : 0)
    var ends: [Int] = []
    var value = 0
    for index in first..<max(first, min(bytes.endIndex, first + digitsMax)) {
      guard isDigit(bytes[index]) else { break }
      value = value * 10 + Int(bytes[index] - 0x30)
      if range.contains(isNegative ? -value : value) { ends.append(index + 1) }
    }
    return ends
  }

  /// Digits, then perhaps a point and digits; a minus before.
  private static func numberEnds(_ bytes: ArraySlice<UInt8>, from start: Int) -> [Int] {
    var index = start
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: "-") { index += 1 }
    var ends: [Int] = []
    var isAfterDigit = false
    var hasPoint = false
    while index < min(bytes.endIndex, start + numberBytesMax) {
      if isDigit(bytes[index]) {
        ends.append(index + 1)
        isAfterDigit = true
      } else if bytes[index] == UInt8(ascii: "."), isAfterDigit, !hasPoint {
        hasPoint = true
        isAfterDigit = false
      } else {
        break
      }
      index += 1
    }
    return ends
  }

  /// A letter, digit or underscore, then those, full stops and hyphens.
  private static func wordEnds(_ bytes: ArraySlice<UInt8>, from starts: [Int]) -> [Int] {
    var ends: [Int] = []
    var next = 0
    var isInside = false
    for index in starts[0]..<bytes.endIndex {
      let byte = bytes[index]
      let isPlain =
        isDigit(byte) || byte == UInt8(ascii: "_")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      while next < starts.count, starts[next] < index { next += 1 }
      let begins = next < starts.count && starts[next] == index && isPlain
      let goesOn = isInside && (isPlain || [UInt8(ascii: "."), UInt8(ascii: "-")].contains(byte))
      isInside = begins || goesOn
      if isInside { ends.append(index + 1) }
    }
    return ends
  }

  /// Anything that has a first character other than a hyphen.
  private static func textEnds(_ bytes: ArraySlice<UInt8>, from starts: [Int]) -> [Int] {
    let first = starts.first { $0 < bytes.endIndex && bytes[$0] != UInt8(ascii: "-") }
    return first.map { Array(($0 + 1)...bytes.endIndex) } ?? []
  }
}
