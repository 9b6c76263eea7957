import RunnerCore
import Testing

@testable import RunnerHTTP

/// Bodies that are not the JSON that was meant.
struct ForeignBodyTests {
  private static func fault(_ body: [UInt8]) -> Submission.ParseError? {
    #expect(throws: Submission.ParseError.self) { try Submission.parse(body) }
  }

  @Test(
    arguments: [
      ([0xff, 0xfe, 0x7b, 0], "UTF-16"), ([0xfe, 0xff, 0, 0x7b], "UTF-16"),
      ([0x7b, 0, 0x22, 0], "UTF-16"), ([0, 0x7b], "UTF-16"), ([0x1f, 0x8b, 8], "compressed"),
      ([0x78, 0x9c, 1], "compressed"), (Array("--b\r\nContent-".utf8), "multipart"),
      (Array("command=%2Fbin%2Ftrue&args=".utf8), "form"),
    ] as [([UInt8], String)])
  func `another format is 415, and named`(body: [UInt8], name: String) throws {
    let fault = try #require(Self.fault(body))
    #expect(fault.status == .unsupportedMediaType && fault.error.contains(name))
  }

  @Test(arguments: [
    (#"{'command': '/bin/true'}"#, #"It is: {'command': '/bin/true'} (names and strings"#),
    (#"'{command:/bin/true}'"#, "in Windows"), ("{command:/bin/true}", "removed the double quotes"),
    (#"{\"command\":1}"#, "removed the double quotes"),
    ("{\u{e9}\n", #"It is: {\xc3\xa9\x0a"#),
    ("[" + String(repeating: "7", count: 60), "begins with: [" + String(repeating: "7", count: 39)),
  ])
  func `JSON that is broken is 400, and its first bytes are shown`(
    text: String, shown: String
  ) throws {
    let fault = try #require(Self.fault(Array(text.utf8)))
    #expect(fault.status == .badRequest && fault.error.contains(shown))
    #expect(fault.error.utf8.count < 400)
  }

  // What the two above refuse, as it is taken.
  @Test func `JSON is taken with a byte order mark and without, and 60 however it is written`()
    throws
  {
    for mark in ["", "\u{feff}"] {
      for seconds in ["60", "60.0", "6e1"] {
        let text = mark + #"{"command":"/c","timeout":"# + seconds + "}"
        #expect(try Submission.parse(Array(text.utf8)).demands.timeout == 60)
      }
    }
  }

  @Test func `over HTTP, 415 says what is taken`() async throws {
    let (form, json) = try await TestServer.run { server in
      try (server.post("command=x"), server.post(#"{"command":"\#(TestServer.program)"}"#))
    }
    #expect(form.status == 415 && form.fields["accept"] == "application/json")
    #expect(json.status == 202)
  }
}
