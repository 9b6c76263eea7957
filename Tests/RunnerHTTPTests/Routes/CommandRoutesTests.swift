import CoreTestSupport
import RunnerAccess
import RunnerCore
import Testing
import TestSupport

@testable import RunnerHTTP

/// `GET /commands`, and submissions that name one.
struct CommandRoutesTests {
  private static let command: EntryCommand = {
    var command = EntryCommand(
      name: "say",
      fields: [
        CommandField(name: "text", kind: .text(bytes: 1...20, characters: nil)),
        CommandField(name: "count", kind: .integer(1...9), defaultValue: .integer(1)),
        CommandField(name: "scale", kind: .number(0...9), isOptional: true),
      ],
      template: ["print", "{text}", "n={count}", "s={scale}"].compactMap { source in
        do throws(CommandWord.ParseError) {
          return CommandGroup([try CommandWord(source)])
        } catch {
          return nil
        }
      })
    command.folders = CommandFolders(read: [], write: [])
    return command
  }()

  private static let program = TestServer.program

  @Test func `the commands are listed, each with its schema`() async throws {
    let (some, none) = try await (
      TestServer.run(commands: [Self.command]) { try $0.get("/commands") },
      TestServer.run { try $0.get("/commands") }
    )
    let document = try TestSupport.JSONValue(some.text)
    let first = try #require(document["commands"]?.array?.first)
    #expect(some.status == 200 && first["name"]?.string == "say")
    #expect(first["entry"]?.string == Self.program)
    #expect(first["schema"]?["properties"]?["count"]?["maximum"] == .number("9"))
    #expect(none.status == 200 && none.text == #"{"commands":[]}"#)
  }

  // Proves P-550.
  @Test func `a command makes a job of its entry, with other members beside its fields`()
    async throws
  {
    let (answer, text) = try await TestServer.run(commands: [Self.command]) { server in
      let answer = try server.post(
        #"{"labels":{"a":"b"},"scale":0.5,"command":"say","text":"hi \"there\"","args":[]}"#)
      return (answer, try server.ended("/" + (answer.fields["location"] ?? "")).text)
    }
    #expect(answer.status == 202)
    let job = try TestSupport.JSONValue(text)
    #expect(job["command"]?.string == Self.program, "\(text)")
    #expect(
      job["arguments"]?.array?.compactMap(\.string) == ["print", "hi \"there\"", "n=1", "s=0.5"])
    #expect(job["labels"]?["a"]?.string == "b")
  }

  // Proves P-550.
  @Test(arguments: [
    (#"{"command":"say","text":"a","count":10}"#, "count"),
    (#"{"command":"say","text":"a","count":1.5}"#, "count"),
    (#"{"command":"say","text":"a","count":"1"}"#, "count"),
    (#"{"command":"say","text":["a"]}"#, "text"), (#"{"command":"say","text":{"a":1}}"#, "text"),
    (#"{"command":"say"}"#, "text"), (#"{"command":"say","text":null}"#, "text"),
    (#"{"command":"say","text":"a","args":["b"]}"#, "args"),
    (#"{"command":"say","text":"a","args":"b"}"#, "args"),
    (#"{"command":"say","text":"a","argsBase64":["YQ=="]}"#, "args"),
    (#"{"command":"say","text":"-x"}"#, "text"), (#"{"command":"say","text":"a","x":1}"#, "x"),
    (#"{"command":"say","text":"a","timeout":-1}"#, "timeout"),
  ])
  func `what is wrong is told with the name of the field`(body: String, field: String)
    async throws
  {
    let answer = try await TestServer.run(commands: [Self.command]) { try $0.post(body) }
    let document = try TestSupport.JSONValue(answer.text)
    #expect(answer.status == 400 && document["field"]?.string == field, "\(answer.text)")
  }

  @Test func `a command of an entry that is not granted is none, whatever is asked of it`()
    async throws
  {
    let token = AccessToken.random()
    let record = TokenRecord(
      name: "other",
      grant: AccessGrant(
        scopes: [.submit, .read], entries: .named(["ffmpeg"]), jobs: .all),
      created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    let field = "Authorization: Bearer \(token.text)\r\n"
    try await TestServer.run(
      access: .tokens(TokenTable([record])), commands: [Self.command]
    ) { server in
      #expect(try server.get("/commands", field).text == #"{"commands":[]}"#)
      for rest in ["", #","text":"a""#, #","text":["a"]"#, #","count":99"#, #","x":1"#] {
        let form = { (name: String) in
          """
          --b\r
          Content-Disposition: form-data; name="job"\r
          \r
          {"command":"\(name)"\(rest)}\r
          --b--\r

          """
        }
        let type = field + "Content-Type: multipart/form-data; boundary=b\r\n"
        let known = try server.post(#"{"command":"say"\#(rest)}"#, field)
        let unknown = try server.post(#"{"command":"none"\#(rest)}"#, field)
        #expect(known.status == 400 && known.text == unknown.text, "\(known.text)")
        #expect(
          try server.post(form("say"), type).text == server.post(form("none"), type).text)
      }
    }
  }

  /// Else a field of a command would take a member's place.
  @Test func `no field has the name of a member of every submission`() {
    #expect(Submission.memberNames.isSubset(of: CommandField.reservedNames))
    for name in Submission.memberNames where name != "command" {
      #expect(throws: Submission.ParseError.self) {
        try Submission.parse(Array(#"{"command":"a","\#(name)":[[]]}"#.utf8))
      }
    }
  }
}
