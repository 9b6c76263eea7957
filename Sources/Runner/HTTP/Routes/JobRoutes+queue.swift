import RunnerCore

/// Handlers for operators: the queue, and freezing of running jobs.
extension JobRoutes {
  /// `GET /queue`.
  func queue(_ request: Request) async throws(Query.Fault) -> Response {
    _ = try Query(request.query, known: [])
    return Response(.ok, .bytes(QueueDocument.bytes(await engine.queueStatus())))
  }

  /// `POST /queue/pause`.
  func pause(_ request: Request) async throws(Query.Fault) -> Response {
    try await setPaused(true, request)
  }

  /// `POST /queue/resume`.
  func resume(_ request: Request) async throws(Query.Fault) -> Response {
    try await setPaused(false, request)
  }

  private func setPaused(
    _ isPaused: Bool, _ request: Request
  ) async throws(Query.Fault) -> Response {
    _ = try Query(request.query, known: [])
    return await answer { () throws(StoreFailure) in
      if isPaused { try await engine.pause() } else { try await engine.resume() }
      return Response(.ok, .bytes(QueueDocument.bytes(await engine.queueStatus())))
    }
  }

  /// `POST /<id>/freeze`.
  func freeze(_ id: JobID, _ request: Request) async throws(Query.Fault) -> Response {
    try await setFrozen(id, true, request)
  }

  /// `POST /<id>/thaw`.
  func thaw(_ id: JobID, _ request: Request) async throws(Query.Fault) -> Response {
    try await setFrozen(id, false, request)
  }

  private func setFrozen(
    _ id: JobID, _ isFrozen: Bool, _ request: Request
  ) async throws(Query.Fault) -> Response {
    _ = try Query(request.query, known: [])
    return await answer { () throws(StoreFailure) in
      switch try await engine.setFrozen(id, isFrozen) {
      case .unknown:
        return .problem(.notFound, nil)
      case .notRunning:
        return .problem(
          .conflict, "The job does not run: only what runs can be frozen, and thawed.")
      case .refused(let why):
        return .problem(.conflict, why)
      case .done:
        guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
        return await document(of: job, .ok)
      }
    }
  }
}
