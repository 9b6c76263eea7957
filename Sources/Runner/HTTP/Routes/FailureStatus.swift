import RunnerCore

/// The status of an answer whose job has ended without success: `?fail=502`, for probes and
/// `curl -f`, which look at the status alone. Without it the status is 200.
struct FailureStatus: Sendable {
  private let failure: HTTPStatus?

  /// What `fail` may ask for.
  private static let choices: [HTTPStatus] = [.unprocessable, .internalServerError, .badGateway]

  /// - Throws: `Query.ParseError` naming `fail` where it is none of the choices.
  init(_ query: Query) throws(Query.ParseError) {
    guard let text = query["fail"] else {
      failure = nil
      return
    }
    guard let status = Self.choices.first(where: { "\($0.rawValue)" == text }) else {
      let names = Self.choices.map { "\($0.rawValue)" }.joined(separator: ", ")
      throw Query.ParseError(error: "It must be one of \(names).", field: "fail")
    }
    failure = status
  }

  /// The status of an answer with `job`: success is what its entry calls so, by default the exit
  /// code 0, and nothing else.
  func status(of job: JobSnapshot) -> HTTPStatus {
    guard let failure, job.hasSucceeded == false else { return .ok }
    return failure
  }
}

extension Response {
  /// The same response with `X-Job-Outcome`, and `X-Job-Code` where there is a code, once `job` has
  /// ended.
  func withOutcome(of job: JobSnapshot) -> Response {
    guard let outcome = job.outcome else { return self }
    let response = with("X-Job-Outcome", outcome.name)
    guard let code = outcome.code else { return response }
    return response.with("X-Job-Code", "\(code)")
  }
}
