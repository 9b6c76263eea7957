import RunnerCore

/// Maps the engine's refusals to HTTP responses.
enum RefusalResponse {
  static func response(to refusal: JobRefusal, _ settings: HTTPSettings) -> Response {
    switch refusal {
    case .field(let name, let why):
      .problem(.badRequest, why, field: name)
    case .notWhitelisted:
      .problem(.badRequest, "Specified command is not in whitelist.")
    case .entryClosed(let why):
      Response.problem(
        .unavailable, "Jobs of this command cannot run at the moment. \(why)", field: "command"
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    case .queueFull(let jobsMax, let seconds):
      Response.problem(
        .unavailable, "\(jobsMax) jobs wait, or as many bytes as may; try again later."
      ).with("Retry-After", "\(seconds ?? settings.retryAfterSeconds)")
    case .shuttingDown:
      Response.problem(.unavailable, "The service is stopping and takes no more jobs.")
        .with("Retry-After", "\(settings.retryAfterSeconds)")
    case .keyTaken:
      .problem(
        .unprocessable, "Another request came before under this key: use a new one.",
        field: "Idempotency-Key")
    case .outboxFull:
      Response.problem(
        .unavailable,
        "As many callbacks are owed as may be, in all or to this receiver; try again later, or "
          + "without a callback.", field: "callback"
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    case .notStored(.full):
      .problem(
        .insufficientStorage,
        "The disk of the service is full, so the job could not be kept and was not accepted.")
    case .notStored(.unusable), .notStored(.fenced):
      Response.problem(
        .unavailable, "The store of the service does not work at the moment; try again later."
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    }
  }
}
