import Testing
import TextFormats

@testable import RunnerClient

struct JobResultTests {
  private static func result(_ text: String) throws -> JobResult {
    JobResult(document: try JSONReader.read(Array(text.utf8), as: .json))
  }

  @Test(arguments: [
    (#"{"outcome":"exited","code":0}"#, 0), (#"{"outcome":"exited","code":42}"#, 42),
    (#"{"outcome":"signaled","signal":9,"code":null}"#, 137),
    (#"{"outcome":"signaled","signal":15}"#, 143), (#"{"outcome":"timeout","code":255}"#, 124),
    (#"{"outcome":"memory"}"#, 137), (#"{"outcome":"filtered"}"#, 159),
    (#"{"outcome":"interrupted","code":0}"#, 125), (#"{"outcome":"launch_failed","code":-2}"#, 126),
    (#"{"outcome":"rejected","code":null}"#, 1),
    (#"{"outcome":"cancelled","code":0}"#, 143), (#"{}"#, 125),
  ])
  func `each end has its code`(text: String, code: Int32) throws {
    #expect(try Self.result(text).exitCode() == code)
  }

  @Test func `a cancel of one's own has a code of its own`() throws {
    let text = #"{"outcome":"cancelled","code":255}"#
    #expect(try Self.result(text).exitCode(isCancelledHere: true) == 130)
    #expect(try Self.result(text).hasEndedOnRequest)
    let killed = #"{"outcome":"cancelled","code":null,"unfinished":true}"#
    #expect(try !Self.result(killed).hasEndedOnRequest)
  }

  @Test(arguments: [
    (401, "", ClientExit.refused), (403, "", .refused), (404, "", .serviceLost), (503, "", .busy),
    (429, "", .busy), (507, "", .busy), (413, "", .usage), (400, #"{"error":"no"}"#, .usage),
    (400, #"{"error":"Specified command is not in whitelist."}"#, .unknownEntry),
    (500, "<html>", .serviceLost), (302, "", .serviceLost),
  ])
  func `each refusal has its code`(status: Int, body: String, exit: ClientExit) throws {
    var head = ReplyHead()
    head.read("HTTP/1.1 \(status) x\r\n")
    head.read("Retry-After: 7\r\n")
    let refusal = try #require(ServiceReply(head: head, body: Array(body.utf8)).refusal)
    #expect(refusal.exit(forJob: true) == exit)
    #expect(refusal.retryAfterSeconds == (exit == .busy ? 7 : nil))
  }
}
