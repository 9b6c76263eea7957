import RunnerCore
import Testing

/// Whether two requests under one key are the same is a matter of bytes.
struct RequestEqualityTests {
  private static func request(
    command: String = "/c", argument: String = "a", value: String = "b", label: String = "d"
  ) throws -> JobRequest {
    var demands = JobDemands()
    demands.environment = [JobDemands.Variable(name: "N", value: value)]
    return try JobRequest(command: command, arguments: [argument], demands: demands)
      .labelled([JobLabel(name: "n", value: label)])
  }

  @Test(arguments: [("K", "\u{212a}"), ("\u{e9}", "e\u{301}"), ("\u{c5}", "\u{212b}")])
  func `two spellings of one character are two requests`(left: String, right: String) throws {
    // What the comparison of texts makes of them.
    #expect(left == right)
    #expect(try Self.request(command: left) != Self.request(command: right))
    #expect(try Self.request(argument: left) != Self.request(argument: right))
    #expect(try Self.request(value: left) != Self.request(value: right))
    #expect(try Self.request(label: left) != Self.request(label: right))
  }

  @Test(arguments: ["K", "\u{212a}", "e\u{301}"])
  func `the same bytes are the same request`(text: String) throws {
    let requests = try (0..<2).map { _ in
      try Self.request(command: text, argument: text, value: text, label: text)
    }
    #expect(requests[0] == requests[1] && Set(requests).count == 1)
  }
}
