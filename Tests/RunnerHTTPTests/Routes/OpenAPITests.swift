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

  @Test func `each path takes the methods that the document says, and no path is missing`() throws {
    let paths = try #require(Self.document()["paths"])
    let id = JobID.random()
    var routes = Dictionary(
      uniqueKeysWithValues: Route.plain.map { ("/" + $0.key, $0.value) })
    for (name, route) in Route.ofJob { routes[name == "" ? "/{id}" : "/{id}/" + name] = route(id) }
    #expect(Set(paths.keys) == Set(routes.keys))
    for (path, route) in routes {
      let documented = Set((paths[path]?.keys ?? []).filter { $0 != "parameters" })
      let allowed = try #require(route.allowed).split(separator: ", ").map { $0.lowercased() }
      #expect(documented == Set(allowed), "\(path)")
      // The route is really found by its path.
      #expect(Route(path: path.replacing("{id}", with: "\(id)").utf8) == route)
    }
  }

  @Test func `a submission has the members that the document says`() throws {
    let known = try #require(
      try { () throws -> String? in
        do throws(Submission.Fault) {
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
        + #""callback":"http://127.0.0.1:1/","deadline":"2023-11-15T00:00:00Z"}"#
      let live = try server.post(body)
      return [
        ("Job", try server.ended(path)), ("Job", live), ("JobPage", try server.get("/jobs")),
        ("Queue", try server.get("/queue")), ("Problem", try server.get("/nothing")),
        ("Callbacks", try server.get((live.fields["location"] ?? "") + "/callbacks")),
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
    let outcomes: [JobOutcome] = [
      .exited(code: 0), .signaled(signal: 9), .timedOut(code: nil, seconds: 1), .outOfMemory,
      .filtered(call: "x"), .cancelled(code: nil), .lost, .stopped(code: nil),
      .launchFailed(LaunchFailure(step: "exec", errno: 2, name: "ENOENT", message: "No.")),
    ]
    let words = { (name: String) in Set(summary[name]?["enum"]?.array?.compactMap(\.string) ?? []) }
    #expect(words("outcome") == Set(outcomes.map(\.name)))
    #expect(words("status") == Set(JobQuery.Status.allCases.map(\.rawValue)))
  }
}
