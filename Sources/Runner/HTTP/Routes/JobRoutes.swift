import RunnerAccess
import RunnerCore

/// Handlers of the routes, called once a request is valid and complete.
struct JobRoutes: Sendable {
  let engine: JobEngine
  let longPoll: LongPollWaiter
  let followRoutes: FollowRoutes
  let monitor: any ServiceMonitor
  let login: LoginRoutes
  private let documents = DocumentCache()
  let onDrain: @Sendable () -> Void
  /// Bytes of all texts of a form together.
  let textBytesMax: Int

  init(
    engine: JobEngine, settings: HTTPSettings, followers: FollowerRegistry,
    monitor: any ServiceMonitor, login: LoginRoutes, onDrain: @escaping @Sendable () -> Void
  ) {
    self.login = login
    self.textBytesMax = settings.bodyBytesMax
    self.onDrain = onDrain
    self.engine = engine
    self.monitor = monitor
    self.longPoll = LongPollWaiter(engine: engine)
    self.followRoutes = FollowRoutes(engine: engine, settings: settings, followers: followers)
  }

  /// Output bytes up to which a job's document is made on the server's own thread.
  private static let immediateBytesMax = 4 << 10
  /// Output bytes up to which a job's document is made in one piece.
  private static let onePieceBytesMax = 64 << 10

  /// `POST /`.
  func submit(_ request: Request) async throws(Query.ParseError) -> Response {
    if case .stream(let pipe) = request.body { return try await submitForm(request, pipe) }
    let query = try SubmissionQuery(request)
    let submission: Submission.Reading
    let key: String?
    do throws(Submission.ParseError) {
      submission = try Submission.read(
        request.body.bytes, engine.commands.current, mayRun: request.caller.grant.entries.contains)
    } catch {
      return error.response
    }
    do throws(IdempotencyKey.ParseError) {
      key = try IdempotencyKey.key(in: request.fields)
    } catch {
      return .problem(.badRequest, error.error, field: "Idempotency-Key")
    }
    do throws(JobRefusal) {
      let job = try await engine.submit(
        submission.request, from: request.principal, key: key, requestID: request.id,
        isHeld: query.isHeld, mayRun: request.caller.grant.entries.contains,
        maySee: { request.caller.sees(jobsOf: $0) })
      return await answer(to: job, query, submission.warnings)
    } catch {
      return RefusalResponse.response(to: error)
    }
  }

  /// The answer to a submission that was accepted, after the wait for its end that was asked for.
  func answer(
    to job: JobSnapshot, _ query: SubmissionQuery, _ warnings: [String]
  ) async -> Response {
    let seconds = query.waitSeconds
    guard seconds > 0, !query.isHeld else { return await accepted(job, at: "\(job.id)", warnings) }
    await longPoll.wait(for: job.id, seconds: seconds)
    guard let ended = await findIfReadable(job.id), ended.outcome != nil else {
      return await accepted(job, at: "\(job.id)", warnings)
    }
    return await document(of: ended, query.failure.status(of: ended), warnings)
      .with("Location", "\(job.id)").with("Preference-Applied", "wait=\(seconds)")
  }

  /// - Parameter location: the job, relative to the target of the request: no proxy that removes a
  ///   prefix has to mend it.
  func accepted(
    _ job: JobSnapshot, at location: String, _ warnings: [String] = []
  ) async -> Response {
    await document(of: job, .accepted, warnings).with("Location", location)
  }

  /// The job, or nil where it is gone or the store fails: the submission was accepted all the same.
  private func findIfReadable(_ id: JobID) async -> JobSnapshot? {
    do throws(StoreFailure) {
      return try await engine.find(id)
    } catch {
      return nil
    }
  }

  /// `GET /<id>`.
  func read(_ id: JobID, _ request: Request) async throws(Query.ParseError) -> Response {
    let seconds = try WaitPreference.seconds(request)
    let failure = try FailureStatus(request.query)
    if seconds > 0 { await longPoll.wait(for: id, seconds: seconds) }
    let hasOutput = request.query["output"] != "0"
    return await answer { () throws(StoreFailure) in
      guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
      guard hasOutput else {
        return Response(
          failure.status(of: job),
          .bytes(JobDocument.withoutOutput(job.withCall(engine.commands.current)))
        )
        .withOutcome(of: job)
      }
      return await document(of: job, failure.status(of: job), for: request.method)
    }
  }

  /// `GET /<id>` of a job that has ended, where that takes no longer than anything else that a
  /// handler does, without a search for its call; else nil.
  func readImmediately(_ id: JobID, for caller: Caller) -> Response? {
    guard let job = engine.job(id), job.outcome != nil, caller.sees(jobsOf: job.client),
      !job.stdout.isInFile, !job.stderr.isInFile,
      job.stdout.keptBytes + job.stderr.keptBytes <= Self.immediateBytesMax
    else { return nil }
    let generation = engine.commands.generation
    let commands = engine.commands.current
    if let bytes = documents.known(of: job, generation: generation) {
      return Response(.ok, .bytes(bytes)).withOutcome(of: job)
    }
    // The search for its call takes longer than anything else here.
    guard !commands.hasCommands(job.request.command) else { return nil }
    let bytes = documents.document(of: job, commands, generation: generation)
    return Response(.ok, .bytes(bytes)).withOutcome(of: job)
  }

  /// `GET /<id>/stdout` and `/stderr`: the bytes as they were written, whole or a range; with
  /// `?follow=1` until the job has ended, with `?collapse=1` the last state of each line, with
  /// `?since=` what came from then on.
  func output(
    _ id: JobID, _ stream: OutputStreamName, _ request: Request
  ) async throws(Query.ParseError) -> Response {
    let follows = try request.query.number("follow", in: 0...1) == 1
    let isCollapsed = try request.query.number("collapse", in: 0...1) == 1
    let since = try SinceQuery.time(in: request.query, at: engine.now)
    guard since == nil || !follows else {
      throw Query.ParseError(
        error: "It takes what is there: follow goes on from X-Output-Offset, by Range.",
        field: "since")
    }
    return await answer { () throws(StoreFailure) in
      let followed =
        follows
        ? try await self.followRoutes.output(id, stream, request, isCollapsed: isCollapsed)
        : (live: nil, attempt: nil)
      if let live = followed.live { return live.ofAttempt(followed.attempt) }
      guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
      let output = OutputResponse(job, stream)
      if let since {
        return output.bytes(
          from: await engine.offset(of: stream, in: job, since: since), request,
          isCollapsed: isCollapsed)
      }
      return (isCollapsed ? output.collapsed(request) : output.bytes(request))
        .ofAttempt(followed.attempt)
    }
  }

  /// `GET /<id>/events`.
  func events(_ id: JobID, _ request: Request) async throws(Query.ParseError) -> Response {
    let hasOutput = try request.query.number("output", in: 0...1) != 0
    return await answer { () throws(StoreFailure) in
      try await followRoutes.events(id, request, hasOutput: hasOutput)
    }
  }

  /// Whether the job exists for the caller of `request`: what it may not see is not there.
  func isVisible(_ id: JobID, to request: Request) async throws(StoreFailure) -> Bool {
    guard request.caller.grant.jobs == .own else { return true }
    // One that is in memory needs no read of the store.
    if let job = engine.job(id) { return request.caller.sees(jobsOf: job.client) }
    guard let job = try await engine.find(id) else { return false }
    return request.caller.sees(jobsOf: job.client)
  }

  /// `POST /<id>/cancel`.
  func cancel(_ id: JobID, _ request: Request) async -> Response {
    await answer { () throws(StoreFailure) in
      switch try await engine.cancel(id) {
      case .unknown:
        return .problem(.notFound, nil)
      case .accepted, .ended:
        guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
        return await accepted(job, at: (request.endsInSlash ? "../../" : "../") + "\(id)")
      }
    }
  }

  /// `DELETE /<id>`.
  func delete(_ id: JobID) async -> Response {
    await answer { () throws(StoreFailure) in
      switch try await engine.delete(id) {
      case nil: .problem(.notFound, nil)
      case true?: Response(.noContent, .bytes([]))
      case false?:
        .problem(.conflict, "The job has not ended: cancel it first, POST /\(id)/cancel.")
      }
    }
  }

  /// `GET /jobs`.
  func list(_ request: Request) async throws(Query.ParseError) -> Response {
    var query = try JobPage.query(request.query)
    if request.caller.grant.jobs == .own { query.client = request.principal }
    return await answer { () throws(StoreFailure) in
      Response(.ok, .bytes(JobPage.bytes(try await engine.page(query), limit: query.limit)))
    }
  }

  func answer(
    _ body: () async throws(StoreFailure) -> Response
  ) async -> Response {
    do throws(StoreFailure) {
      return try await body()
    } catch {
      return RefusalResponse.response(to: .notStored(error))
    }
  }

  /// The job as the body of an answer. A long one is encoded once, while it is sent, and so its
  /// length is not known before; to HEAD it is counted, and nothing is sent.
  ///
  /// - Parameter warnings: what is said to the client that submitted it, and to no other.
  func document(
    of job: JobSnapshot, _ status: HTTPStatus, _ warnings: [String] = [],
    for method: RequestHead.Method = .post
  ) async -> Response {
    let isInFile = job.stdout.isInFile || job.stderr.isInFile
    if !isInFile, warnings.isEmpty, job.outcome != nil,
      job.stdout.keptBytes + job.stderr.keptBytes <= Self.immediateBytesMax
    {
      let generation = engine.commands.generation
      let bytes = documents.document(of: job, engine.commands.current, generation: generation)
      return Response(status, .bytes(bytes)).withOutcome(of: job)
    }
    let document = JobDocument(job.withCall(engine.commands.current), warnings: warnings)
    if !isInFile, job.stdout.keptBytes + job.stderr.keptBytes <= Self.onePieceBytesMax {
      return Response(status, .bytes(document.bytes())).withOutcome(of: job)
    }
    let byteCount = method == .head ? await document.byteCount() : nil
    return Response(status, .source(JobDocumentReader(document), byteCount: byteCount))
      .withOutcome(of: job)
  }
}

extension Response {
  /// The same response with `X-Job-Attempt`, the number of the run that it is of; nil for none.
  fileprivate func ofAttempt(_ attempt: UInt64?) -> Response {
    attempt.map { with("X-Job-Attempt", "\($0)") } ?? self
  }
}
