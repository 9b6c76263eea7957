/// Looks at a request's head where libmicrohttpd 0.9 keeps it, for what the library reads as sound
/// and does not show: bare line feeds, folded lines, NUL bytes, and a line that begins with a colon
/// (at which that library ends the head, so that the next line would begin another request).
///
/// By then the library has put one NUL in the place of the space behind the method, of each colon
/// behind a name, and of each of CR and LF. So behind the version a sound head is
///
///     NUL NUL (name NUL value NUL NUL)* NUL NUL
///
/// with no other NUL. (A NUL before a bare line feed is taken for a CR; it ends the line all the
/// same.)
enum RawHead {
  /// `HTTP/1.1` and its like.
  private static let versionBytes = 8

  /// - Parameters:
  ///   - head: from the method to behind the empty line.
  ///   - targetBytes: how long the library takes the target to be: up to its first NUL.
  ///   - versionOffset: where in it the version begins.
  static func isSound(
    _ head: Span<UInt8>, methodBytes: Int, targetBytes: Int, versionOffset: Int
  ) -> Bool {
    // Exactly one space, or rather NUL, before and behind the target, and none inside of it.
    guard versionOffset == methodBytes + 1 + targetBytes + 1 else { return false }
    var index = versionOffset + versionBytes
    guard skipLineEnd(head, &index) else { return false }
    while index + 2 < head.count {
      // A name is no more than looked for: whether it is a token is seen elsewhere. But white
      // space at its start is a folded line.
      guard head[index] != UInt8(ascii: " "), head[index] != UInt8(ascii: "\t"),
        skipText(head, &index) > 0
      else { return false }
      index += 1
      _ = skipText(head, &index)
      guard skipLineEnd(head, &index) else { return false }
    }
    return skipLineEnd(head, &index) && index == head.count
  }

  private static func skipLineEnd(_ head: Span<UInt8>, _ index: inout Int) -> Bool {
    guard index + 2 <= head.count, head[index] == 0, head[index + 1] == 0 else { return false }
    index += 2
    return true
  }

  /// - Returns: how many bytes stand before the next NUL.
  private static func skipText(_ head: Span<UInt8>, _ index: inout Int) -> Int {
    let start = index
    while index < head.count, head[index] != 0 { index += 1 }
    return index - start
  }
}
