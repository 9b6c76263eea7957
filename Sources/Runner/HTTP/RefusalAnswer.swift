import RunnerCore

/// How the engine's refusals read over HTTP.
enum RefusalAnswer {
  static func answer(to refusal: JobRefusal, _ settings: HTTPSettings) -> Answer {
    switch refusal {
    case .field(let name, let why):
      .problem(.badRequest, why, field: name)
    case .notWhitelisted:
      .problem(.badRequest, "Specified command is not in whitelist.")
    case .queueFull(let jobsMax, let seconds):
      Answer.problem(
        .unavailable, "\(jobsMax) jobs wait, or as many bytes as may; try again later."
      ).with("Retry-After", "\(seconds ?? settings.retryAfterSeconds)")
    case .shuttingDown:
      .problem(.unavailable, "The service is stopping and takes no more jobs.")
    case .keyTaken:
      .problem(
        .unprocessable, "Another request came before under this key: use a new one.",
        field: "Idempotency-Key")
    case .outboxFull:
      Answer.problem(
        .unavailable,
        "As many callbacks are owed as may be, in all or to this receiver; try again later, or "
          + "without a callback.", field: "callback"
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    case .notStored(.full):
      .problem(
        .insufficientStorage,
        "The disk of the service is full, so the job could not be kept and was not accepted.")
    case .notStored(.unusable), .notStored(.fenced):
      Answer.problem(
        .unavailable, "The store of the service does not work at the moment; try again later."
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    }
  }
}
