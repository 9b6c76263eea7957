import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// docs/openapi.json says what the server does, and nothing else.
struct OpenAPITests {
  private typealias Value = TestSupport.JSONValue

  private static func document() throws -> Value {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    return try Value(#require(Files.text(of: root + "/docs/openapi.json")))
  }

  private static func properties(of name: String, in document: Value) throws -> Set<String> {
    let schema = try #require(document["components"]?["schemas"]?[name], "\(name)")
    var properties = Set(schema["properties"]?.keys ?? [])
    for part in schema["allOf"]?.array ?? [] {
      properties.formUnion(part["properties"]?.keys ?? [])
      guard let other = part["$ref"]?.string?.split(separator: "/").last else { continue }
      properties.formUnion(try self.properties(of: String(other), in: document))
    }
    return properties
  }

  /// Each operation of the document, by its path and its method in lower case.
  private static func operations() throws -> [String: [String: Value]] {
    let paths = try #require(document()["paths"])
    var operations: [String: [String: Value]] = [:]
    for path in paths.keys {
      for method in paths[path]?.keys ?? [] where method != "parameters" {
        operations[path, default: [:]][method] = paths[path]?[method]
      }
    }
    return operations
  }

  /// The names of an operation's parameters behind the `?`.
  private static func queryNames(of operation: Value) throws -> Set<String> {
    let shared = try document()["components"]?["parameters"]
    let parameters = (operation["parameters"]?.array ?? []).compactMap { parameter in
      guard let reference = parameter["$ref"]?.string else { return parameter }
      return reference.split(separator: "/").last.flatMap { shared?[String($0)] }
    }
    return Set(
      parameters.filter { $0["in"]?.string == "query" }.compactMap { $0["name"]?.string })
  }

  @Test func `the document has the paths and the methods of the route table`() throws {
    var methods: [String: Set<String>] = [:]
    for route in RouteTable.service.routes {
      methods[route.pattern.text, default: []].formUnion(route.methods.map { $0.name.lowercased() })
    }
    #expect(try Self.operations().mapValues { Set($0.keys) } == methods)
  }

  @Test func `each operation may be refused, and HEAD has the statuses of GET`() throws {
    for (path, methods) in try Self.operations() {
      for (method, operation) in methods {
        let statuses = Set(operation["responses"]?.keys ?? [])
        #expect(statuses.isSuperset(of: ["401", "403"]), "\(method) \(path)")
        guard method == "head" else { continue }
        let others = Set(methods["get"]?["responses"]?.keys ?? []).subtracting(["405"])
        #expect(statuses == others, "\(path)")
      }
    }
  }

  @Test(arguments: RouteTable.service.routes.indices)
  func `a route has the summary and the parameters that the document says`(index: Int) throws {
    let route = RouteTable.service.routes[index]
    let operation = try #require(
      try Self.operations()[route.pattern.text]?[route.method.name.lowercased()])
    #expect(operation["summary"]?.string == route.summary)
    #expect(try Self.queryNames(of: operation) == route.query.names)
    #expect((operation["requestBody"] != nil) == (route.body != .discarded))
  }

  @Test func `a submission has the members that the document says`() throws {
    let known = try #require(
      try { () throws -> String? in
        do throws(Submission.ParseError) {
          _ = try Submission.parse(Array(#"{"no":1}"#.utf8))
          return nil
        } catch { return error.error }
      }())
    let words = try #require(known.split(separator: "known are ").last?.dropLast())
    let names = words.replacing(" and ", with: ", ").split(separator: ", ").map(String.init)
    #expect(try Set(names) == Self.properties(of: "Submission", in: Self.document()))
  }

  @Test func `jobs, pages, queue, reports and problems have only members of the document`()
    async throws
  {
    let document = try Self.document()
    let answers = try await TestServer.run { server in
      let path = try server.submit("print x")
      let body =
        #"{"command":"/bin/program","args":"hold","labels":{"a":"b"},"priority":1,"#
        + #""callback":"http://127.0.0.1:1/","deadline":"2023-11-15T00:00:00Z","#
        + #""notBefore":"2023-11-14T23:00:00Z"}"#
      let live = try server.post(body)
      return [
        ("Job", try server.ended(path)), ("Job", live), ("JobPage", try server.get("/jobs")),
        ("Queue", try server.get("/queue")), ("Problem", try server.get("/nothing")),
        ("Figures", try server.get("/figures")),
        ("Callbacks", try server.get("/" + (live.fields["location"] ?? "") + "/callbacks")),
      ]
    }
    for (schema, answer) in answers {
      let known = try Self.properties(of: schema, in: document)
      let keys = Set(try Value(answer.text).keys)
      #expect(!keys.isEmpty && keys.isSubset(of: known), "\(schema): \(answer.text)")
      let required = document["components"]?["schemas"]?[schema]?["required"]?.array ?? []
      #expect(required.allSatisfy { keys.contains($0.string ?? "") }, "\(schema): \(answer.text)")
    }
  }

  @Test func `statuses and outcomes of the document are those of the code`() throws {
    let summary = try #require(
      Self.document()["components"]?["schemas"]?["JobSummary"]?["properties"])
    let failure = LaunchFailure(step: "exec", errno: 2, name: "ENOENT", message: "No.")
    let outcomes: [JobOutcome] = [
      .exited(code: 0), .signaled(signal: 9), .skipped(after: .random()),
      .timedOut(code: nil, seconds: 1), .stalled(code: nil, seconds: 1), .outOfMemory,
      .filtered(call: "x"), .cancelled(code: nil), .lost, .stopped(code: nil),
      .launchFailed(failure), .rejected(failure),
    ]
    let words = { (name: String) in Set(summary[name]?["enum"]?.array?.compactMap(\.string) ?? []) }
    #expect(words("outcome") == Set(outcomes.map(\.name)))
    #expect(words("status") == Set(JobQuery.Status.allCases.map(\.rawValue)))
  }
}
