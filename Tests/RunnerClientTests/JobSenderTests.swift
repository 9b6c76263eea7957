import Testing

@testable import RunnerClient

/// What is said of a submission that was given up.
struct JobSenderTests {
  @Test(arguments: [ClientFailure.Kind.busy, .broken, .unreachable])
  func `after an answer that was lost the key is told, beside the reason and its kind`(
    kind: ClientFailure.Kind
  ) {
    var failure = ClientFailure(kind: kind, "The queue is full.")
    failure.retryAfterSeconds = 7
    let last = JobSender.last(failure, mayBeThere: true, "k-1")
    #expect(last.kind == kind && last.retryAfterSeconds == 7)
    #expect(last.text.hasPrefix("The queue is full. "))
    #expect(last.text.contains("may have the job: with --idempotency-key k-1 "))
    #expect(JobSender.last(failure, mayBeThere: false, "k-1") == failure)
  }
}
