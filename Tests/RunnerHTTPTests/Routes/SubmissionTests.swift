import RunnerCore
import Testing

@testable import RunnerHTTP

struct SubmissionTests {
  private static func request(_ text: String) throws -> JobRequest {
    try Submission.parse(Array(text.utf8))
  }

  @Test(
    arguments: [
      (#"{"command":"/c"}"#, []), (#"{"command":"/c","args":null}"#, []),
      (#"{"args":"","command":"/c"}"#, []), (#"{"command":"/c","args":[]}"#, []),
      (#"{"command":"/c","args":" a\tb  \u00a0c\n"}"#, ["a", "b", "c", ""]),
      (#"{"command":"/c","args":["a b",""," "]}"#, ["a b", "", " "]),
      (#"{"command":"/c","args":"\"a b\" $HOME"}"#, ["\"a", "b\"", "$HOME"]),
    ] as [(String, [String])])
  func `arguments are split or taken as they are`(text: String, arguments: [String]) throws {
    #expect(try Self.request(text).arguments == arguments)
  }

  @Test(
    arguments: [
      (#"{"command":"/c"}"#, nil), (#"{"command":"/c","callback":null}"#, nil),
      (#"{"command":"/c","callback":""}"#, nil),
      (#"{"command":"/c","callback":"http://h/"}"#, "http://h/"),
    ] as [(String, String?)])
  func `an empty callback is none`(text: String, callback: String?) throws {
    #expect(try Self.request(text).callback == callback)
  }

  @Test(arguments: [
    ("{}", "command"), (#"{"args":"x"}"#, "command"), (#"{"command":null}"#, "command"),
    (#"{"command":["/c"]}"#, "command"), (#"{"command":"/c\u0000"}"#, "command"),
    (#"{"command":"/c","args":1}"#, "args"), (#"{"command":"/c","args":{}}"#, "args"),
    (#"{"command":"/c","args":["a",1]}"#, "args"), (#"{"command":"/c","args":[null]}"#, "args"),
    (#"{"command":"/c","args":["a\u0000"]}"#, "args"), (#"{"command":"/c","args":true}"#, "args"),
    (#"{"command":"/c","callback":123}"#, "callback"),
    (#"{"command":"/c","callback":["x"]}"#, "callback"),
    (#"{"command":"/c","timeout":0}"#, "timeout"), (#"{"command":"/c","timeout":1.5}"#, "timeout"),
    (#"{"command":"/c","timeout":4294967296}"#, "timeout"),
    (#"{"command":"/c","timeOut":5}"#, "timeOut"), (#"{"command":"/c","Args":""}"#, "Args"),
    (#"{"command":"/c","limits":[]}"#, "limits"),
    (#"{"command":"/c","limits":{"cpu":"1"}}"#, "limits.cpu"),
    (#"{"command":"/c","limits":{"cpu":-1}}"#, "limits.cpu"),
    (#"{"command":"/c","env":"A=b"}"#, "env"), (#"{"command":"/c","env":{"A":1}}"#, "env.A"),
    (#"{"command":"/c","command":"/d"}"#, "command"),
    (#"{"command":"/c","\u0063ommand":"/d"}"#, "command"),
  ])
  func `the field at fault is named`(text: String, field: String) {
    let fault = #expect(throws: Submission.ParseError.self) { try Self.request(text) }
    #expect(fault?.field == field)
  }

  @Test(arguments: ["", "null", "[]", #""s""#, "1", "{", "{} {}"])
  func `what is no object has no field at fault`(text: String) {
    let fault = #expect(throws: Submission.ParseError.self) { try Self.request(text) }
    #expect(fault?.field == nil)
  }

  @Test func `what a request demands is taken as it stands`() throws {
    let demands = try Self.request(
      #"{"command":"/c","timeout":5,"limits":{"cpu":1,"memory":4096},"env":{"A":"b","C":""}}"#
    ).demands
    #expect(demands.timeout == 5 && demands.limits == ["cpu": 1, "memory": 4096])
    #expect(demands.environment.map(\.name) == ["A", "C"])
    #expect(demands.environment.map(\.value) == ["b", ""])
    let none = #"{"command":"/c","timeout":null,"limits":null,"env":null}"#
    #expect(try Self.request(none).demands == JobDemands())
  }

  @Test func `a long name is shortened in the answer`() {
    let name = String(repeating: "n", count: 1000)
    let fault = #expect(throws: Submission.ParseError.self) { try Self.request(#"{"\#(name)":1}"#) }
    #expect((fault?.field?.utf8.count ?? 0) < 80)
  }

  @Test func `over the wire a fault is one object of three strings`() async throws {
    let answer = try await TestServer.run { server in
      try server.post(#"{"command":"/bin/program","timeOut":5}"#)
    }
    #expect(answer.status == 400)
    #expect(
      answer.text == """
        {"message":"Bad Request","error":"There is no such field; known are command, args, \
        argsBase64, callback, callbackOutput, timeout, stallAfter, limits, env, stdin, \
        stdinBase64, labels, priority, deadline, after and notBefore.","field":"timeOut"}
        """)
  }

  @Test func `over the wire bytes that are not UTF-8 are refused`() async throws {
    let answer = try await TestServer.run { server in
      let client = try server.client()
      let body = Array(#"{"command":"/bin/program","args":"\#u{1}"}"#.utf8)
        .map { $0 == 1 ? UInt8(0xff) : $0 }
      client.send(
        Array("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
          + body)
      return try client.response()
    }
    #expect(answer.status == 400)
    #expect(answer.text.contains("not UTF-8"))
  }
}
