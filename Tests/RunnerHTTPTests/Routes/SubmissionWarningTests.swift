import RunnerCore
import Testing

@testable import RunnerHTTP

/// What the client of a submission may have meant otherwise is told to it, and to nobody else.
struct SubmissionWarningTests {
  @Test(arguments: [
    (#"-i 'my clip.mkv' out.mp4"#, ["`'my`"]), (#"-metadata title=\"a b\""#, ["`title=\"a`"]),
    (#"\"x\""#, ["`\"x\"`"]), ("-version ", ["last argument is empty"]),
    (#"'a b' "#, ["`'a`", "last argument is empty"]),
    // Marks that hold no words together.
    ("it's", []), (#"5\""#, []), ("-version", []), ("", []), (" ", []),
  ])
  func `a string of args is looked at`(args: String, found: [String]) throws {
    let reading = try Submission.read(Array(#"{"command":"/c","args":"\#(args)"}"#.utf8))
    #expect(reading.warnings.count == found.count, "\(reading.warnings)")
    for (warning, part) in zip(reading.warnings, found) { #expect(warning.contains(part)) }
  }

  @Test func `an array says what it means`() throws {
    let reading = try Submission.read(Array(#"{"command":"/c","args":["'a b'",""]}"#.utf8))
    #expect(reading.warnings == [])
  }

  @Test func `the answer to the submission has it, the job has not`() async throws {
    let (first, waited, later) = try await TestServer.run { server in
      let body = #"{"command":"/bin/program","args":"print 'a b'"}"#
      let first = try server.post(body)
      let waited = try server.ask(
        server.submission(body).replacing("POST / ", with: "POST /?wait=30 "))
      return (first, waited, try server.ended("/" + (first.fields["location"] ?? "")))
    }
    #expect(first.status == 202 && first.text.contains(#","warnings":["args is a string with"#))
    #expect(waited.status == 200 && waited.text.contains(#","warnings":["#))
    #expect(later.text.contains(#""stdout":"'a b'""#) && !later.text.contains("warnings"))
  }

  @Test func `the wish for a callback without output is part of the job`() async throws {
    let parse = { (text: String) throws in try Submission.parse(Array(text.utf8)) }
    #expect(try !parse(#"{"command":"/c"}"#).isCallbackSlim)
    #expect(try !parse(#"{"command":"/c","callbackOutput":true}"#).isCallbackSlim)
    let slim = try parse(#"{"command":"/c","callbackOutput":false}"#)
    let plain = try parse(#"{"command":"/c"}"#)
    #expect(slim.isCallbackSlim && slim != plain)
    let fault = #expect(throws: Submission.ParseError.self) {
      _ = try parse(#"{"command":"/c","callbackOutput":"no"}"#)
    }
    #expect(fault?.field == "callbackOutput")
  }
}
