import RunnerCore
import Testing

@testable import RunnerHTTP

/// Whoever is told to come later is told when.
struct RetryAfterTests {
  private static func retryAfter(_ response: Response) -> [Int?] {
    response.allFields.filter { $0.name == "Retry-After" }.map { Int($0.value) }
  }

  // Proves P-328.
  @Test func `each answer of a temporary status has Retry-After, and no other has`() {
    let temporary: [HTTPStatus] = [.tooManyRequests, .unavailable, .insufficientStorage]
    for status in HTTPStatus.allCases {
      let made = [
        Response.problem(status, "x"), Response(status, .bytes([])),
        Response.problem(status, "x").closing().asProblemDetails(),
        Response.problem(status, "x").with("X", "y").of("text/plain"),
      ]
      for response in made {
        let seconds = Self.retryAfter(response)
        #expect(seconds.count == (temporary.contains(status) ? 1 : 0), "\(status)")
        #expect(seconds.allSatisfy { $0 ?? 0 >= 1 })
      }
    }
    #expect(Self.retryAfter(.problem(.unavailable, nil).retrying(after: 7)) == [7])
    #expect(Self.retryAfter(.problem(.unavailable, nil).retrying(after: 0)) == [1])
  }

  @Test(
    arguments: [
      (.field("a", "b"), 400, nil), (.notWhitelisted, 400, nil), (.keyTaken, 422, nil),
      (.entryClosed("/a"), 503, 5), (.queueFull(9, retryAfterSeconds: nil), 503, 5),
      (.queueFull(9, retryAfterSeconds: 33), 503, 33), (.outboxFull, 503, 5),
      (.shuttingDown, 503, 5), (.notStored(.full), 507, 5), (.notStored(.fenced), 503, 5),
      (.notStored(.unusable("x")), 503, 5), (.notStored(.away("x")), 503, 5),
      (.notStored(.unknown("x")), 503, 5),
      (.overQuota(.running, 2, retryAfterSeconds: nil), 429, 5),
      (.overQuota(.queued, 2, retryAfterSeconds: 4), 429, 4),
      (.overQuota(.kept, 2, retryAfterSeconds: nil), 429, 5),
      (.overQuota(.submissions, 2, retryAfterSeconds: 60), 429, 60),
    ] as [(JobRefusal, Int, Int?)])
  func `a refusal of the engine says when to come again`(
    refusal: JobRefusal, status: Int, seconds: Int?
  ) {
    let response = RefusalResponse.response(to: refusal)
    #expect(Int(response.status.rawValue) == status)
    #expect(Self.retryAfter(response) == (seconds.map { [$0] } ?? []))
    guard case .overQuota(let member, let bound, _) = refusal else { return }
    #expect(response.problem?.quota == member.rawValue)
    let sentence = response.problem?.error ?? ""
    #expect(sentence.contains("`\(member.rawValue)`") && sentence.contains("\(bound)"))
  }

  /// They go past the library, as whole messages.
  @Test func `what is said past the library has it too`() {
    let messages = ConnectionMessages(HTTPSettings())
    for message in [messages.connectionLimit, messages.addressLimit, messages.stopping] {
      let text = String(decoding: message.message(of: .next()), as: UTF8.self)
      #expect(text.hasPrefix("HTTP/1.1 503 ") && text.contains("\r\nRetry-After: 5\r\n"), "\(text)")
    }
  }
}
