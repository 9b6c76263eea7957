/// What a request that submits a job asks of the answer, and of the job's start.
struct SubmissionQuery {
  /// Seconds that the answer may wait for the end of the job; 0 for none.
  let waitSeconds: Int
  let failure: FailureStatus
  /// Whether the job is held, until it is started by a request of its own.
  let isHeld: Bool

  /// - Throws: `Query.ParseError` for a parameter with a value that it cannot have.
  init(_ request: Request) throws(Query.ParseError) {
    waitSeconds = try WaitPreference.seconds(request)
    failure = try FailureStatus(request.query)
    isHeld = request.query["hold"] == "1"
  }
}
