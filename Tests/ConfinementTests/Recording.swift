import TestSupport

/// Everything that was recorded.
struct Recording: Sendable {
  let whitelist: [String]
  let exchanges: [Exchange]

  static let original: Result<Recording, any Error> = Result {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    let path = parts.joined(separator: "/") + "/Recordings/original.json"
    guard let text = Files.text(of: path) else { throw TestFailure("\(path) cannot be read") }
    let value = try JSONValue(text)
    return Recording(
      whitelist: (value["whitelist"]?.array ?? []).compactMap(\.string),
      exchanges: (value["exchanges"]?.array ?? []).map { Exchange(record: $0) })
  }
}
