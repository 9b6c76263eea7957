/// Status and header fields of an answer, read line by line as libcurl hands them over.
struct ReplyHead: Sendable {
  /// 0 before there is one.
  private(set) var status = 0
  private var fields: [String: String] = [:]

  /// A field by its name in lower case.
  subscript(name: String) -> String? { fields[name] }

  /// Takes a line: the status line of an answer begins a new head, that of 100 included.
  mutating func read(_ line: String) {
    if line.hasPrefix("HTTP/") {
      fields = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...]
    fields[line[..<colon].lowercased()] = String(
      value.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
