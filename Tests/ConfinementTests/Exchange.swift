import TestSupport
import Testing

/// One request to the original and all that came of it (Tests/Recordings/original.json).
struct Exchange: Sendable, CustomTestStringConvertible {
  let record: JSONValue

  var testDescription: String { record["name"]?.string ?? "without a name" }
  var method: String { record["method"]?.string ?? "" }
  /// May hold ID: that of a job which has ended.
  var target: String { record["target"]?.string ?? "" }
  /// What the original replied.
  var reply: JSONValue { record["reply"] ?? .null }
  /// The job once it had time to end.
  var final: JSONValue? { record["final"] }
  /// The callback that came.
  var call: JSONValue? { record["call"] }
  /// What API.md says instead, where the quirk is one that changes.
  var now: JSONValue? { record["now"] }

  var headers: [(String, String)] {
    guard let headers = record["headers"]?.object else {
      return [("Content-Type", "application/json")]
    }
    return headers.map { ($0.key, $0.value.string ?? "") }
  }

  /// Nil for a request without one. `bodyOf` stands for an echo of so many letters.
  var body: String? {
    if let count = record["bodyOf"]?.integer {
      return "{\"command\":\"/bin/echo\",\"args\":\"\(String(repeating: "x", count: count))\"}"
    }
    return record["body"]?.string
  }
}
