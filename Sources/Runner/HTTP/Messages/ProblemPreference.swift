/// Whether a client takes errors as `application/problem+json` (RFC 9457), by its `Accept`.
enum ProblemPreference {
  static let mediaType = "application/problem+json"

  /// Whether `accept` names the media type with a weight above 0 (RFC 9110, section 12.4.2). A
  /// wildcard does not: clients that send one know the original's form.
  static func isProblem(_ accept: String) -> Bool {
    // Nearly no request has it: the text is looked at closely only where the word is there.
    guard accept.utf8.count >= mediaType.utf8.count else { return false }
    return accept.lowercased().split(separator: ",").contains { range in
      var parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard !parts.isEmpty, parts.removeFirst() == mediaType else { return false }
      return !parts.contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 1) <= 0 }
    }
  }
}
