import RunnerCore
import Testing
import TextFormats

@testable import RunnerClient
@testable import RunnerHTTP

/// What an answer means while the files of a held job are sent, and for its start.
struct FileSenderTests {
  private static func reply(to refusal: JobRefusal) -> ServiceReply {
    let response = RefusalResponse.response(to: refusal)
    var head = ReplyHead()
    head.read("HTTP/1.1 \(response.status.rawValue) x\r\n")
    head.read("Retry-After: 5\r\n")
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("error")
    writer.string(response.problem?.error ?? "")
    writer.endObject()
    return ServiceReply(head: head, body: writer.bytes)
  }

  // Proves P-514.
  @Test(
    arguments: [
      (.shuttingDown, true), (.entryClosed("x"), true), (.notStored(.fenced), true),
      (.notStored(.unusable("x")), true), (.files(.failed("x")), true), (.notStored(.full), false),
      (.queueFull(9, retryAfterSeconds: 5), false), (.files(.wrongDigest), false),
      (.overQuota(.queued, 2, retryAfterSeconds: 4), false),
    ] as [(JobRefusal, Bool)])
  func `a service that stops or fails is tried again, and a full one as --retry says`(
    refusal: JobRefusal, isFailing: Bool
  ) {
    #expect(FileSender.isFailing(Self.reply(to: refusal)) == isFailing)
  }

  // Proves P-514.
  @Test(
    arguments: [
      (.files(.wrongDigest), true, false), (.files(.wrongLength), false, false),
      (.files(.tooLong(9)), false, false), (.shuttingDown, false, true),
      (.entryClosed("x"), false, false), (.queueFull(9, retryAfterSeconds: 5), false, false),
      (.notStored(.unusable("x")), false, false),
    ] as [(JobRefusal, Bool, Bool)])
  func `changed bytes are sent again, and a service that stops is told from a full one`(
    refusal: JobRefusal, hasWrongDigest: Bool, isStopping: Bool
  ) {
    let reply = Self.reply(to: refusal)
    #expect(reply.hasWrongDigest == hasWrongDigest)
    #expect(reply.isStopping == isStopping)
  }
}
