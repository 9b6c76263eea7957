/// A test, and the promises that the comment above it names.
///
/// `// Proves P-001, P-002.` marks a test of a promise; `// Twin of P-001.` one that shows that the
/// same attempt succeeds where nothing stands in its way.
struct PromiseMark: Equatable {
  let test: String
  let path: String
  var proves: [String]
  var twinOf: [String]

  private static let opening = ["// Proves ", "// Twin of "]

  /// The marked tests of a file, and the marks that no test or no number follows.
  static func scan(_ file: SourceFile) -> (marks: [PromiseMark], findings: [Finding]) {
    var marks: [PromiseMark] = []
    var findings: [Finding] = []
    var pending: PromiseMark?
    for (index, line) in file.lines.enumerated() {
      let text = line.drop { $0 == " " }
      if let start = opening.first(where: { text.hasPrefix($0) }) {
        let ids = ids(in: text.dropFirst(start.count))
        if ids.isEmpty {
          findings.append(
            Finding(
              path: file.path, line: index + 1,
              message: "a mark without numbers: write `\(start)P-001, P-002.`"))
        }
        var mark = pending ?? PromiseMark(test: "", path: file.path, proves: [], twinOf: [])
        if start == opening[0] { mark.proves += ids } else { mark.twinOf += ids }
        pending = mark
      } else if let mark = pending, let name = Agreement.tests(in: line).first {
        marks.append(
          PromiseMark(test: name, path: mark.path, proves: mark.proves, twinOf: mark.twinOf))
        pending = nil
      }
    }
    if pending != nil {
      findings.append(
        Finding(path: file.path, line: file.lines.count, message: "no test follows the last mark"))
    }
    return (marks, findings)
  }

  /// The numbers of `P-001, P-002.`; empty for anything else.
  private static func ids(in text: Substring) -> [String] {
    guard text.last == "." else { return [] }
    let ids = text.dropLast().split(separator: ",").map { String($0.drop { $0 == " " }) }
    return ids.allSatisfy(isNumber) ? ids : []
  }

  /// Whether a text is `P-` and three digits.
  static func isNumber(_ id: String) -> Bool {
    id.count == 5 && id.hasPrefix("P-") && id.dropFirst(2).allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// 17 for `P-017`; nil for what is no number of a promise.
  static func number(_ id: String) -> Int? {
    isNumber(id) ? Int(id.dropFirst(2)) : nil
  }
}
