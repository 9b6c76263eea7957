import RunnerCore

/// Handlers for operators: the queue, and freezing of running jobs.
extension JobRoutes {
  /// `GET /queue`.
  func queue() async -> Response {
    await answer { () throws(StoreFailure) in
      Response(.ok, .bytes(QueueDocument.bytes(try await engine.sharedQueueStatus())))
    }
  }

  /// `POST /queue/pause`.
  func pause() async -> Response { await setPaused(true) }

  /// `POST /queue/resume`.
  func resume() async -> Response { await setPaused(false) }

  /// `POST /queue/drain`.
  func drain() async -> Response {
    await engine.beginDrain()
    onDrain()
    return Response(.accepted, .bytes(QueueDocument.bytes(await engine.queueStatus())))
  }

  private func setPaused(_ isPaused: Bool) async -> Response {
    await answer { () throws(StoreFailure) in
      if isPaused { try await engine.pause() } else { try await engine.resume() }
      return Response(.ok, .bytes(QueueDocument.bytes(await engine.queueStatus())))
    }
  }

  /// `POST /<id>/move`.
  func move(_ id: JobID, _ request: Request) async throws(Query.ParseError) -> Response {
    let move = try request.query["to"].map(Self.move) ?? .first
    return await answer { () throws(StoreFailure) in
      switch try await engine.move(id, move) {
      case .unknown: .problem(.notFound, nil)
      case .notQueued:
        .problem(.conflict, "The job is in no order: only what waits for a slot can be moved.")
      case .elsewhere:
        .problem(.conflict, "The job waits on another node, which alone can move it: ask there.")
      case .moved(let job): await document(of: job, .ok)
      }
    }
  }

  private static func move(_ text: String) throws(Query.ParseError) -> MoveAction {
    guard let move = MoveAction(rawValue: text) else {
      let names = MoveAction.allCases.map(\.rawValue).joined(separator: ", ")
      throw Query.ParseError(error: "It must be one of \(names).", field: "to")
    }
    return move
  }

  /// `POST /<id>/freeze`.
  func freeze(_ id: JobID) async -> Response { await setFrozen(id, true) }

  /// `POST /<id>/thaw`.
  func thaw(_ id: JobID) async -> Response { await setFrozen(id, false) }

  private func setFrozen(_ id: JobID, _ isFrozen: Bool) async -> Response {
    await answer { () throws(StoreFailure) in
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
