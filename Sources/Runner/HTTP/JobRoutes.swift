import RunnerCore

/// What the routes do, once a request is sound and whole.
struct JobRoutes: Sendable {
  let engine: JobEngine
  let settings: HTTPSettings

  /// Output bytes up to which a job's document is made on the server's own thread.
  private static let atOnceBytesMax = 4 << 10
  /// Output bytes up to which a job's document is made in one piece.
  private static let onePieceBytesMax = 64 << 10

  /// `POST /`.
  func submit(_ body: [UInt8]) async -> Answer {
    do throws(Submission.Fault) {
      return await submit(try Submission.parse(body))
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
  }

  private func submit(_ request: JobRequest) async -> Answer {
    do throws(JobRefusal) {
      let job = try await engine.submit(request)
      return document(of: job, .accepted).with("Location", "/\(job.id)")
    } catch {
      return refusal(error)
    }
  }

  /// `GET /<id>`.
  func read(_ id: JobID) -> Answer {
    guard let job = engine.job(id) else { return .problem(.notFound, nil) }
    return document(of: job, .ok)
  }

  /// `GET /<id>` of a job that has ended, where that takes no longer than anything else that a
  /// handler does; else nil.
  func readAtOnce(_ id: JobID) -> Answer? {
    guard let job = engine.job(id) else { return .problem(.notFound, nil) }
    guard job.outcome != nil else { return nil }
    guard job.stdout.keptBytes + job.stderr.keptBytes <= Self.atOnceBytesMax else { return nil }
    return document(of: job, .ok)
  }

  private func document(of job: JobSnapshot, _ status: HTTPStatus) -> Answer {
    let document = JobDocument(job)
    guard job.stdout.keptBytes + job.stderr.keptBytes > Self.onePieceBytesMax else {
      return Answer(status, .bytes(document.bytes()))
    }
    return Answer(status, .document(document, byteCount: document.byteCount()))
  }

  private func refusal(_ refusal: JobRefusal) -> Answer {
    switch refusal {
    case .field(let name, let why):
      .problem(.badRequest, why, field: name)
    case .notWhitelisted:
      .problem(.badRequest, "Specified command is not in whitelist.")
    case .queueFull(let jobsMax):
      Answer.problem(
        .unavailable, "\(jobsMax) jobs wait, or as many bytes as may; try again later."
      ).with("Retry-After", "\(settings.retryAfterSeconds)")
    case .shuttingDown:
      .problem(.unavailable, "The service is stopping and takes no more jobs.")
    }
  }
}
