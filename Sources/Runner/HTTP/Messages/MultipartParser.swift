import Glibc

/// Takes a form apart while it comes: multipart/form-data (RFC 7578), as strictly as its senders
/// write it. Nothing stands in front of the first boundary or behind the last but a line end,
/// behind a boundary no white space, and a part is no multipart itself.
///
/// It holds no more than the last piece that it was given, and a head or the start of a boundary.
struct MultipartParser {
  /// The next thing in a form.
  enum Event: Hashable, Sendable {
    case part(FormPartHead)
    /// The next bytes of the part, never none.
    case bytes([UInt8])
    case partEnd
    /// The form is whole.
    case end
  }

  private enum State {
    /// In front of the first boundary.
    case start
    /// Behind a boundary: what follows says whether it is the last one.
    case boundary
    case head
    case content
    /// Behind the last boundary.
    case rest
    case ended
  }

  /// Bytes of the head of a part at most.
  static let headBytesMax = 8 << 10
  /// Parts of a form at most.
  static let partsMax = 512

  /// Line end, two hyphens and the boundary.
  private let delimiter: [UInt8]
  private var state = State.start
  private var buffer: [UInt8] = []
  /// Where in the buffer it stands.
  private var position = 0
  private var isWhole = false
  private var partCount = 0

  init(_ boundary: FormBoundary) {
    delimiter = Array("\r\n--\(boundary.text)".utf8)
  }

  /// The next bytes of the body.
  mutating func append(_ bytes: [UInt8]) {
    if position == buffer.count {
      buffer = bytes
    } else {
      buffer = buffer[position...] + bytes
    }
    position = 0
  }

  /// The body has no more bytes.
  mutating func finish() { isWhole = true }

  /// The next event; nil where more bytes are needed.
  ///
  /// - Throws: `MultipartError` for a body that is no such form, or is not whole at its end.
  mutating func next() throws(MultipartError) -> Event? {
    while true {
      switch state {
      case .start:
        guard try take(delimiter[2...], "the first boundary") else { return nil }
        state = .boundary
      case .boundary:
        guard let isLast = try boundaryEnd() else { return nil }
        state = isLast ? .rest : .head
      case .head:
        guard let head = try head() else { return nil }
        state = .content
        return .part(head)
      case .content:
        guard let bytes = content() else { return try more() }
        if !bytes.isEmpty { return .bytes(bytes) }
        position += delimiter.count
        state = .boundary
        return .partEnd
      case .rest:
        guard try isAtEnd() else { return nil }
        state = .ended
        return .end
      case .ended:
        return nil
      }
    }
  }

  private var rest: ArraySlice<UInt8> { buffer[position...] }

  /// - Returns: nil, since more bytes are needed.
  private func more() throws(MultipartError) -> Event? {
    guard !isWhole else { throw MultipartError("The form ends before its last boundary.") }
    return nil
  }

  /// Takes exactly these bytes.
  ///
  /// - Returns: false where they are not all there yet.
  private mutating func take(
    _ wanted: ArraySlice<UInt8>, _ name: String
  ) throws(MultipartError) -> Bool {
    let given = rest.prefix(wanted.count)
    guard wanted.starts(with: given) else {
      throw MultipartError(
        "The form does not have \(name) of its Content-Type where that is to stand.")
    }
    guard given.count == wanted.count else { return try more() != nil }
    position += wanted.count
    return true
  }

  /// - Returns: whether the form ends with it; nil where that is not there yet.
  private mutating func boundaryEnd() throws(MultipartError) -> Bool? {
    let end = Array(rest.prefix(2))
    guard end.count == 2 else {
      _ = try more()
      return nil
    }
    guard end == [0x0d, 0x0a] || end == Array("--".utf8) else {
      throw MultipartError("A boundary of the form has something behind it on its line.")
    }
    position += 2
    return end[0] != 0x0d
  }

  /// - Returns: nil where it is not there as a whole.
  private mutating func head() throws(MultipartError) -> FormPartHead? {
    let window = rest.prefix(Self.headBytesMax)
    let emptyLine: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
    if window.starts(with: emptyLine.prefix(2)) { throw FormPartHead.missingName }
    guard let end = Self.find(emptyLine, in: window) else {
      guard window.count < Self.headBytesMax else {
        throw MultipartError("The head of a part is longer than \(Self.headBytesMax) bytes.")
      }
      _ = try more()
      return nil
    }
    partCount += 1
    guard partCount <= Self.partsMax else {
      throw MultipartError("A form has \(Self.partsMax) parts at most.")
    }
    let head = try FormPartHead(window[..<end])
    // Content of no bytes has the line end in front of its boundary all the same.
    position = end + emptyLine.count
    return head
  }

  /// The bytes of the part that are there; none where its boundary is next, and nil where more must
  /// come to tell.
  private mutating func content() -> [UInt8]? {
    let end = Self.find(delimiter, in: rest)
    // What may be the start of a boundary stays.
    let sure = end ?? max(position, buffer.count - (delimiter.count - 1))
    guard sure > position || end != nil else { return nil }
    defer { position = sure }
    return Array(buffer[position..<sure])
  }

  private func isAtEnd() throws(MultipartError) -> Bool {
    guard rest.isEmpty || rest.elementsEqual([0x0d]) || rest.elementsEqual([0x0d, 0x0a]) else {
      throw MultipartError("Something stands behind the last boundary of the form.")
    }
    guard isWhole else { return false }
    guard !rest.elementsEqual([0x0d]) else {
      throw MultipartError("Something stands behind the last boundary of the form.")
    }
    return true
  }

  /// Where `needle`, which begins with CR and occurs rarely, stands first.
  private static func find(_ needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    // SAFETY: memchr(3) and memcmp(3) read within the buffer: `place` and what is left of it are
    // compared first. No pointer is used after the closure.
    unsafe bytes.withUnsafeBytes { buffer in
      var place = 0
      while buffer.count - place >= needle.count {
        let start = unsafe buffer.baseAddress! + place
        guard let found = unsafe memchr(start, 0x0d, buffer.count - needle.count - place + 1) else {
          return nil
        }
        place = unsafe UnsafeRawPointer(found) - buffer.baseAddress!
        if unsafe buffer[place + 1] == needle[1],
          unsafe memcmp(buffer.baseAddress! + place, needle, needle.count) == 0
        {
          return bytes.startIndex + place
        }
        place += 1
      }
      return nil
    }
  }
}
