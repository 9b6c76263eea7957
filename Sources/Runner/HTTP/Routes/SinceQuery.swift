import RunnerCore

/// `?since=`: a moment, or seconds before now.
enum SinceQuery {
  private static let secondsMax = 9_999_999_999

  /// - Returns: nil where it is not asked for.
  /// - Throws: `Query.ParseError` for what is neither.
  static func time(in query: Query, at now: Timestamp) throws(Query.ParseError) -> Timestamp? {
    guard let text = query["since"] else { return nil }
    if let time = Timestamp(rfc3339: text) { return time }
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let seconds = Int(text), seconds <= secondsMax
    else {
      throw Query.ParseError(
        error: "It must be a time as RFC 3339 has it, or a whole number of seconds before now.",
        field: "since")
    }
    return now.adding(seconds: -Double(seconds))
  }
}
