import RunnerCore
import Testing

@testable import RunnerHTTP

/// Jobs that forms submit, without files.
struct FormSubmissionTests {
  private static func body(_ fields: [(String, String)]) -> String {
    fields.map { name, text in
      "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n"
    }.joined() + "--b--\r\n"
  }

  private static let type = "Content-Type: multipart/form-data; boundary=b\r\n"

  private static func request(_ fields: [(String, String)]) throws -> JobRequest {
    var form = FormFields()
    for (name, text) in fields { try form.add(name, Array(text.utf8)) }
    return try form.submission().request
  }

  @Test func `fields and JSON say the same`() throws {
    let id = String(repeating: "ab", count: 20)
    let fields = try Self.request([
      ("command", "/c"), ("arg", "a b"), ("arg", ""), ("timeout", "60"), ("priority", ""),
      ("labels.batch", "7"), ("labels.empty", ""), ("env.LANG", "C"), ("limits.cpu", "9"),
      ("after", id), ("after", ""), ("callbackOutput", "false"), ("stdin", "in"),
      ("deadline", ""), ("callback", "http://h/"),
    ])
    let json = #"""
      {"command":"/c","args":["a b",""],"timeout":60,"labels":{"batch":"7"},"env":{"LANG":"C"},
      "limits":{"cpu":9},"after":["\#(id)"],"callbackOutput":false,"stdin":"in",
      "callback":"http://h/"}
      """#
    #expect(try fields == Submission.parse(Array(json.utf8)))
    #expect(try Self.request([("job", json)]) == fields)
    #expect(
      try Self.request([("job", #"{"command":"/c"}"#), ("args", "a b")]).arguments == ["a", "b"])
  }

  @Test(
    arguments: [
      ([("command", "/c"), ("command", "/d")], "command"), ([("nonsense", "1")], "nonsense"),
      ([("nonsense", "")], "nonsense"), ([("labels.a", "1"), ("labels.a", "2")], "labels.a"),
      ([("command", "/c"), ("timeout", "1s")], "timeout"),
      ([("command", "/c"), ("limits.cpu", "-1")], "limits.cpu"),
      ([("callbackOutput", "yes")], "callbackOutput"), ([("arg", "a")], "command"),
      ([("job", #"{"command":"/c"}"#), ("command", "/c")], "command"),
      ([("job", #"{"command":"/c"}"#), ("job", #"{"labels":{"a":"b"}}"#)], "job"),
      ([("command", "/c"), ("args", "a"), ("arg", "b")], "args"),
      ([("command", "/c"), ("after", "x")], "after"), ([("other.a", "1")], "other.a"),
    ] as [([(String, String)], String)])
  func `a field that is not known, twice, or of another type is refused by its name`(
    fields: [(String, String)], name: String
  ) throws {
    let fault = try #require(
      #expect(throws: Submission.ParseError.self) { try Self.request(fields) })
    #expect(fault.field == name, "\(fault)")
  }

  @Test func `over HTTP a form is a job, and each fault is told`() async throws {
    var settings = HTTPSettings()
    settings.bodyBytesMax = 1000
    try await TestServer.run(settings) { server in
      let post = { (fields: [(String, String)], type: String) in
        try server.post(Self.body(fields), type)
      }
      let made = try post([("command", TestServer.program), ("args", "plain 1")], Self.type)
      #expect(made.status == 202 && made.fields["location"] != nil, "\(made.text)")
      #expect(try server.ended("/" + (made.fields["location"] ?? "")).text.contains("plain"))
      let waited = try server.ask(
        server.submission(
          Self.body([("job", #"{"command":"\#(TestServer.program)","args":"plain 1"}"#)]),
          Self.type + "Prefer: wait=20\r\n"))
      #expect(waited.status == 200, "\(waited.text)")
      for (fields, status) in [
        ([("command", "/none")], 400), ([("command", TestServer.program), ("x", "y")], 400),
        ([], 400),
        ([("stdin", String(repeating: "x", count: 1001))], 413),
      ] as [([(String, String)], Int)] {
        let refused = try post(fields, Self.type)
        #expect(refused.status == status, "\(refused.text)")
        #expect(refused.fields["connection"] == "close")
      }
      let other = try post([("command", TestServer.program)], "Content-Type: multipart/mixed\r\n")
      #expect(other.status == 415 && other.text.contains("boundary"), "\(other.text)")
      let site = try post(
        [("command", TestServer.program)], Self.type + "Sec-Fetch-Site: cross-site\r\n")
      #expect(site.status == 403)
      let file = try server.post(
        """
        --b\r
        Content-Disposition: form-data; name="command"\r
        \r
        \(TestServer.program)\r
        --b\r
        Content-Disposition: form-data; name="files"; filename="a"\r
        \r
        x\r
        --b--\r

        """, Self.type)
      #expect(file.status == 400 && file.text.contains("takes no files"), "\(file.text)")
      #expect(try server.get("/jobs").text.components(of: "\"id\"") == 2)
    }
  }
}

extension String {
  fileprivate func components(of text: String) -> Int { split(separator: text).count - 1 }
}
