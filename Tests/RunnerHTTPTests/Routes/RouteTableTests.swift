import RunnerCore
import Testing

@testable import RunnerHTTP

/// The rows of the route table, and how a path finds one.
struct RouteTableTests {
  private static let id = String(repeating: "a", count: JobID.digitCount)

  private static func path(of pattern: RoutePattern) -> String {
    pattern.text.replacing("{id}", with: id).replacing("{name}", with: "a%20b")
  }

  /// The pattern of the row that is found, `Allow` where the method is another, or nil.
  private static func found(_ path: String, _ method: RequestHead.Method) -> String? {
    switch RouteTable.service.find(Array(path.utf8), method) {
    case .found(let match): match.route.pattern.text
    case .otherMethods(let allow): "Allow: " + allow
    case .notFound: nil
    }
  }

  @Test(arguments: RouteTable.service.routes.indices)
  func `each row is found by its path, with and without a slash at the end`(index: Int) {
    let route = RouteTable.service.routes[index]
    let path = Self.path(of: route.pattern)
    let ends = route.pattern == .fixed("") ? [""] : ["", "/"]
    for method in route.methods {
      for end in ends { #expect(Self.found(path + end, method) == route.pattern.text) }
      #expect(Self.found(path + "//", method) == nil)
      let below = route.pattern == .job("files") ? RoutePattern.file.text : nil
      #expect(Self.found(path + "/x", method) == below)
      #expect(Self.found(String(path.dropFirst()), method) == nil)
    }
  }

  @Test func `no two rows are found by one method and path`() {
    var seen: Set<String> = []
    for route in RouteTable.service.routes {
      for method in route.methods {
        let key = "\(method.name) \(route.pattern.text)"
        #expect(seen.insert(key).inserted, "\(key)")
      }
    }
  }

  @Test func `a method that a path does not take is told those that it takes`() {
    #expect(Self.found("/", .other) == "Allow: POST, GET, HEAD")
    #expect(Self.found("/jobs", .post) == "Allow: GET, HEAD")
    #expect(Self.found("/" + Self.id, .other) == "Allow: GET, HEAD, DELETE")
  }

  @Test func `routes that change something are none of GET, and need more than to read`() {
    for route in RouteTable.service.routes {
      let isReadByOperators = [.fixed("queue"), .fixed("metrics")].contains(route.pattern)
      // A session is all that these change; the page of another origin gets to none of them.
      if [.fixed("login"), .fixed("logout")].contains(route.pattern) {
        #expect(route.scope == .everyone)
        continue
      }
      let mayRead = route.scope == .read || route.scope == .everyone || isReadByOperators
      #expect(mayRead == route.method.isSafe, "\(route.method.name) \(route.pattern.text)")
      #expect(!route.isPolled || (route.method.isSafe && Self.isOfJob(route.pattern)))
    }
  }

  private static func isOfJob(_ pattern: RoutePattern) -> Bool {
    if case .job = pattern { return true }
    return false
  }

  @Test(arguments: ["", "//", "x", "/X", "*", "/%2f", "/..", "/queue//pause", "/\(id)//events"])
  func `nothing is found by any other path`(path: String) {
    #expect(Self.found(path, .get) == nil)
  }

  @Test(arguments: [
    ("/a b", 8, RequestTarget.ParseError.malformed), ("/\u{7f}", 8, .malformed),
    ("/é", 8, .malformed),
    ("/12345678", 8, .tooLong),
  ])
  func `a target that cannot be read is a fault`(
    text: String, bytesMax: Int, fault: RequestTarget.ParseError
  ) {
    #expect(throws: fault) { try RequestTarget(Array(text.utf8).span, bytesMax: bytesMax) }
  }

  @Test func `a target is split at its question mark and ends at its fragment`() throws {
    let target = try RequestTarget(Array("/a?b=c?d#e".utf8).span, bytesMax: 100)
    #expect(target.path == Array("/a".utf8) && target.query == "b=c?d")
  }
}
