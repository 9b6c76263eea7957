import RunnerCore

/// What operators do to the queue, and to a job that runs.
extension JobRoutes {
  /// `GET /queue`.
  func queue(_ request: Request) async throws(Query.Fault) -> Answer {
    _ = try Query(request.query, known: [])
    return Answer(.ok, .bytes(QueueDocument.bytes(await engine.queueStatus())))
  }

  /// `POST /queue/pause` and `/queue/resume`.
  func pause(_ wish: Bool, _ request: Request) async throws(Query.Fault) -> Answer {
    _ = try Query(request.query, known: [])
    return await answer { () throws(StoreFailure) in
      if wish { try await engine.pause() } else { try await engine.resume() }
      return Answer(.ok, .bytes(QueueDocument.bytes(await engine.queueStatus())))
    }
  }

  /// `POST /<id>/freeze` and `/<id>/thaw`.
  func freeze(_ id: JobID, _ wish: Bool, _ request: Request) async throws(Query.Fault) -> Answer {
    _ = try Query(request.query, known: [])
    return await answer { () throws(StoreFailure) in
      switch try await engine.setFrozen(id, wish) {
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
