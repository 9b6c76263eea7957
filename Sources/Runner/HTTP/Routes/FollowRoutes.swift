import RunnerCore

/// Handlers of streamed responses: `?follow=1` and `/events`.
struct FollowRoutes: Sendable {
  let engine: JobEngine
  let settings: HTTPSettings
  let followers: FollowerRegistry

  /// The last byte of a range of unknown length: the largest integer that is exact in every client
  /// (RFC 8673).
  private static let lastByte = (1 << 53) - 1

  /// `GET /<id>/stdout?follow=1` of a job that lives: what there is, then what comes.
  ///
  /// - Parameter isCollapsed: the last state of each line, once it is complete; no ranges of that.
  /// - Returns: the answer, nil where the job has ended, and its output is a body like any other,
  ///   426 to HTTP/1.0; and which run of the job it is of, nil where there is no such job.
  func output(
    _ id: JobID, _ stream: OutputStreamName, _ request: Request, isCollapsed: Bool
  ) async throws(StoreFailure) -> (live: Response?, attempt: UInt64?) {
    let follower = Follower(followers, heartbeatInterval: nil)
    let feed = try await engine.feed(of: id, wake: { [weak follower] in follower?.notify() })
    guard let feed, let job = feed.job else { return (nil, nil) }
    guard !job.hasEnded else { return (nil, job.attempt) }
    if feed.isElsewhere { return (Self.elsewhere(id), nil) }
    if request.version == .http10 { return (Self.needsChunks(id), nil) }
    let live = follow(feed, stream, request, follower, isCollapsed: isCollapsed)
    return (live, job.attempt)
  }

  private func follow(
    _ feed: JobFeed, _ stream: OutputStreamName, _ request: Request, _ follower: Follower,
    isCollapsed: Bool
  ) -> Response {
    if isCollapsed {
      let wake = { @Sendable [weak follower] () -> Void in follower?.notify() }
      follower.begin(CollapsedOutput(FollowedOutput(feed, stream, from: 0), wake: wake))
      return answer(request, .ok, follower).of("application/octet-stream")
    }
    let start = Self.start(request.method == .get ? request.fields.range : nil)
    let count = feed.read(stream, at: 0, bytesMax: 0)?.keptBytes ?? 0
    guard start ?? 0 <= count else { return .unsatisfiable(count) }
    follower.begin(
      FollowedOutput(feed, stream, from: start ?? 0, chunks: follower.makeChunks()))
    let answer = answer(request, start == nil ? .ok : .partialContent, follower)
      .of("application/octet-stream").with("Accept-Ranges", "bytes")
    guard let start else { return answer }
    return answer.with("Content-Range", "bytes \(start)-\(Self.lastByte)/*")
  }

  /// The response for a job that another process runs, whose updates do not arrive here.
  private static func elsewhere(_ id: JobID) -> Response {
    .problem(
      .conflict,
      "The job is run by another process of this service, which alone can tell of it while it "
        + "lives. Ask there, or ask for /\(id) from time to time.")
  }

  /// What is answered to HTTP/1.0, where the end of an answer without a length is the end of the
  /// connection: a client could not tell the end of a job from a service that was killed.
  private static func needsChunks(_ id: JobID) -> Response {
    Response.problem(
      .upgradeRequired,
      "A job that has not ended is followed over HTTP/1.1 only, since HTTP/1.0 does not tell a "
        + "whole answer from a broken one. Behind nginx set proxy_http_version 1.1, or ask for "
        + "/\(id) from time to time."
    ).with("Upgrade", "HTTP/1.1").with("Connection", "Upgrade")
  }

  /// Where a range begins that has no end; nil for all others, which may be ignored.
  private static func start(_ field: String?) -> Int? {
    guard let field, !field.contains("=-") else { return nil }
    switch ByteRange(field, of: lastByte + 1) {
    case .part(let range): return range.upperBound > lastByte ? range.lowerBound : nil
    case .unsatisfiable: return .max
    case .whole: return nil
    }
  }

  /// `GET /<id>/events`.
  ///
  /// - Parameter hasOutput: whether the output is sent, too.
  func events(
    _ id: JobID, _ request: Request, hasOutput: Bool
  ) async throws(StoreFailure) -> Response {
    let follower = Follower(followers, heartbeatInterval: settings.heartbeatInterval)
    let feed = try await engine.feed(of: id, wake: { [weak follower] in follower?.notify() })
    guard let feed, let job = feed.job else { return .problem(.notFound, nil) }
    if feed.isElsewhere { return Self.elsewhere(id) }
    var events = EventStream(feed, job, hasOutput: hasOutput)
    if let last = request.fields.lastEventID {
      do throws(EventStream.ParseError) {
        try events.resume(after: last, job)
      } catch {
        return .problem(.badRequest, error.error, field: "Last-Event-ID")
      }
      // What a browser takes for "do not come again".
      if events.isOver { return Response(.noContent, .bytes([])) }
    }
    follower.begin(events)
    return answer(request, .ok, follower).of("text/event-stream")
  }

  /// `GET /events`. The stream ends after a while and its client comes again, so that it is asked
  /// again who it is.
  func changes(_ request: Request) -> Response {
    let follower = Follower(followers, heartbeatInterval: settings.heartbeatInterval)
    let feed = engine.changes(wake: { [weak follower] in follower?.notify() })
    let end = ContinuousClock.now + settings.changesTime
    // A browser that comes again by itself has the address that it began with.
    let last = request.fields.lastEventID ?? request.query["after"]
    follower.begin(
      JobChangeStream(
        feed, for: request.caller, after: last.flatMap { JobChangePosition($0) },
        isOver: { ContinuousClock.now >= end }))
    return answer(request, .ok, follower).of("text/event-stream")
  }

  /// A proxy that gathers an answer before it sends it on would defeat the purpose.
  private func answer(_ request: Request, _ status: HTTPStatus, _ follower: Follower) -> Response {
    Response(status, request.method == .get ? .streamed(follower, byteCount: nil) : .omitted)
      .with("X-Accel-Buffering", "no")
  }
}
