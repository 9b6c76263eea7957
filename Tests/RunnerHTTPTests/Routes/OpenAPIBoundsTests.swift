import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// Patterns, lengths and ranges of docs/openapi.json are those of the code: at the edges of each
/// both say the same.
struct OpenAPIBoundsTests {
  private typealias Value = TestSupport.JSONValue

  private static func document(_ key: String) throws -> Value {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    let text = try #require(Files.text(of: root + "/docs/openapi.json"))
    let document = try Value(text)
    return try #require(document[key])
  }

  private static func components(_ kind: String) throws -> Value {
    let components = try document("components")
    return try #require(components[kind])
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

  private static func texts(_ count: Int) -> String {
    "[" + Array(repeating: "\"\"", count: count).joined(separator: ",") + "]"
  }

  /// Ids of `count` jobs, no two the same.
  private static func jobs(_ count: Int) -> String {
    let digits = String(repeating: "0123456789abcdef", count: 2) + "012345"
    return "[" + (10..<10 + count).map { "\"\(digits)\($0)\"" }.joined(separator: ",") + "]"
  }

  private static func labels(_ count: Int) -> String {
    "{" + (0..<count).map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}"
  }

  /// A member of a submission, and values at the edges of what it takes, as JSON. Names of entries
  /// and variables and the URLs of callbacks are policy's, which is asked later.
  private static let members: [(name: String, values: [String])] = [
    ("command", [quoted("/c"), quoted("a\\u0000"), "1"]),
    (
      "args",
      [
        "null", quoted(""), quoted("a\\u0000"), texts(4096), texts(4097), "1", "[1]",
        quoted(text(131_071)), quoted(text(131_072)), "[\"a\\u0000\"]",
        "[\(quoted(text(131_071)))]", "[\(quoted(text(131_072)))]",
      ]
    ),
    (
      "argsBase64",
      [
        "null", "[]", texts(4096), texts(4097), "[\"YQ==\"]", "[\"YQ=\"]", "[\"YQ\"]", "[\"YWI=\"]",
        "[\"YWJj\"]", "[\"YWJjZA\"]", "[\"Y-_j\"]", "[\" YWJj\"]", "[\"=\"]",
      ]
    ),
    (
      "callback",
      ["null", quoted(""), quoted("http://h/" + text(2039)), quoted("http://h/" + text(2040)), "1"]
    ),
    ("callbackOutput", ["true", "false", "null", "1"]),
    ("timeout", ["null", "0", "1", "4294967295", "4294967296", "-1"]),
    ("stallAfter", ["null", "0", "1", "604800", "604801", "-1"]),
    ("limits", ["null", "{}", "{\"cpu\":0}", "{\"cpu\":-1}", "{\"cpu\":\"1\"}", "[]"]),
    ("env", ["null", "{}", "{\"A_1\":\"b\"}", "{\"A\":1}", "[]"]),
    ("stdin", ["null", quoted(""), quoted("a\\u0000"), "1"]),
    ("stdinBase64", ["null", quoted(""), quoted("YQ=="), quoted("YQ"), quoted("Y Q=")]),
    (
      "labels",
      [
        "null", "{}", labels(16), labels(17), "{\"\":\"\"}", "{\"a:b\":\"\"}", "{\"a\":\"b:c\"}",
        "{\"a\\u0000\":\"\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\(text(128))\"}",
        "{\"a\":\"\(text(129))\"}", "{\"\(text(128))\":\"\"}", "{\"\(text(129))\":\"\"}",
      ]
    ),
    (
      "after",
      [
        "null", "[]", "[\"\(text(40))\"]", "[\"\(text(39))\"]", "[1]", "\"\"", jobs(64),
        jobs(65), "[\"\(text(40))\",\"\(text(40))\"]",
      ]
    ),
    ("priority", ["null", "0", "10", "11", "-1", "\"5\""]),
  ]

  // Proves P-219.
  @Test func `the members of a submission have the bounds of the document`() throws {
    let properties = try #require(Self.components("schemas")["Submission"]?["properties"])
    // A time is what a test of its own says, and no pattern.
    #expect(Set(properties.keys) == Set(Self.members.map(\.name) + ["deadline", "notBefore"]))
    for (name, values) in Self.members {
      let schema = DocumentSchema(try #require(properties[name]))
      let verdicts = try values.map { value in
        let isAdmitted = try schema.admits(Value(value))
        let command = name == "command" ? "" : "\"command\":\"/c\","
        let isTaken: Bool
        do throws(Submission.ParseError) {
          _ = try Submission.parse(Array("{\(command)\"\(name)\":\(value)}".utf8))
          isTaken = true
        } catch {
          isTaken = false
        }
        #expect(isAdmitted == isTaken, "\(name): \(value.prefix(80))")
        return isTaken
      }
      #expect(Set(verdicts) == [true, false], "each is taken once, and refused once: \(name)")
    }
  }

  @Test func `an id is what the document says`() throws {
    let id = String(repeating: "0123456789abcdef", count: 3).prefix(40)
    let schema = DocumentSchema(try #require(Self.components("parameters")["id"]?["schema"]))
    for text in [String(id), id.uppercased(), String(id.dropLast()), id + "0", "g" + id.dropLast()]
    {
      #expect(try schema.admits(.string(text)) == (JobID(text) != nil), "\(text)")
    }
  }

  /// Parameters behind the `?` of one path, with values at their edges.
  private static let queries: [(path: String, name: String, values: [String])] = [
    ("/jobs", "limit", ["0", "1", "500", "501", "-1", "a"]),
    ("/jobs", "status", ["queued", "finished", "ended"]),
    ("/jobs", "label", ["a:b", "a", ":"]),
    ("/jobs", "after", [text(40), text(39), "g" + text(39)]),
    ("/{id}/stdout", "follow", ["0", "1", "2", "-1"]),
    ("/{id}/stderr", "collapse", ["0", "1", "2", ""]),
    ("/{id}/stdout", "since", ["0", "600", "-1", "10m", "2026-01-31T09:05:07Z"]),
  ]

  // Proves P-219.
  @Test func `the parameters of a query have the bounds of the document`() async throws {
    let paths = try Self.document("paths")
    let shared = try Self.components("parameters")
    try await TestServer.run { server in
      let job = try server.submit("print x")
      try server.awaitEnd(job)
      for (path, name, values) in Self.queries {
        let parameters = (paths[path]?["get"]?["parameters"]?.array ?? []).compactMap { value in
          value["$ref"]?.string?.split(separator: "/").last.flatMap { shared[String($0)] } ?? value
        }
        let found = parameters.first { $0["name"]?.string == name }
        let schema = DocumentSchema(try #require(found?["schema"], "\(path) \(name)"))
        for value in values {
          let isAdmitted =
            try schema.admits(Int(value).map { _ in .number(value) } ?? .string(value))
            || schema.admits(.string(value))
          let target = path.replacing("/{id}", with: job) + "?\(name)=\(value)"
          #expect(try server.get(target).status == (isAdmitted ? 200 : 400), "\(target)")
        }
      }
    }
  }
}
