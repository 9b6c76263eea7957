import RunnerCore

/// Maps the engine's refusals to HTTP responses.
enum RefusalResponse {
  static func response(to refusal: JobRefusal) -> Response {
    switch refusal {
    case .field(let name, let why):
      .problem(.badRequest, why, field: name)
    case .notWhitelisted:
      .problem(.badRequest, "Specified command is not in whitelist.")
    case .entryClosed(let why):
      .problem(
        .unavailable, "Jobs of this command cannot run at the moment. \(why)", field: "command")
    case .queueFull(let jobsMax, let seconds):
      Response.problem(
        .unavailable, "\(jobsMax) jobs wait, or as many bytes as may; try again later."
      ).retrying(after: seconds ?? HTTPSettings.retryAfterDefault)
    case .overQuota(let member, let bound, let seconds):
      Response.problem(
        .tooManyRequests, sentence(on: member, bound), quota: member.rawValue
      ).retrying(after: seconds ?? HTTPSettings.retryAfterDefault)
    case .shuttingDown:
      .problem(.unavailable, "The service is stopping and takes no more jobs.")
    case .keyTaken:
      .problem(
        .unprocessable, "Another request came before under this key: use a new one.",
        field: "Idempotency-Key")
    case .tooManyHeld:
      .problem(
        .unavailable,
        "As many jobs are held for their files as may be, in all or of yours: start or cancel one.")
    case .files(let refusal):
      FileRefusalResponse.response(to: refusal)
    case .outboxFull:
      .problem(
        .unavailable,
        "As many callbacks are owed as may be, in all or to this receiver; try again later, or "
          + "without a callback.", field: "callback")
    case .notStored(.full):
      .problem(
        .insufficientStorage,
        "The disk of the service is full, so the job could not be kept and was not accepted.")
    case .notStored(.unusable), .notStored(.fenced):
      .problem(
        .unavailable, "The store of the service does not work at the moment; try again later.")
    case .notStored(.away):
      Response.problem(
        .unavailable,
        "The store of the service cannot be reached at the moment, and nothing was done; try again "
          + "later."
      ).retrying(after: HTTPSettings.retryAfterDefault)
    case .notStored(.unknown):
      Response.problem(
        .unavailable,
        "The store of the service was lost before it confirmed this: it may have been done, or not."
          + " The same request under the same Idempotency-Key is safe; without a key, look at "
          + "GET /jobs first."
      ).retrying(after: HTTPSettings.retryAfterDefault)
    }
  }

  /// The quota, its value and what to do.
  private static func sentence(on member: PrincipalQuota.Member, _ bound: Int) -> String {
    switch member {
    case .running:
      "Your quota `running` is reached: \(bound) of your jobs run. Wait until one has ended."
    case .queued:
      "Your quota `queued` is reached: \(bound) of your jobs may wait. Wait until one has started, "
        + "or cancel one: POST /<its id>/cancel."
    case .kept:
      "Your quota `kept` is reached: the output of your ended jobs may have \(bound) bytes. Delete "
        + "jobs that you do not need: DELETE /<its id>."
    case .submissions:
      "Your quota `submissions` is reached: \(bound) jobs a minute. Wait as long as Retry-After "
        + "says."
    }
  }
}
