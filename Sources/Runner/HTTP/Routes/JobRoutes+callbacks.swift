import RunnerCore

/// Callbacks of jobs: what became of them, and once more.
extension JobRoutes {
  /// `GET /<id>/callbacks`.
  func callbacks(_ id: JobID) async -> Response {
    await answer { () throws(StoreFailure) in try await report(on: id, .ok) }
  }

  /// `POST /<id>/redeliver`.
  func redeliver(_ id: JobID, _ request: Request) async -> Response {
    await answer { () throws(StoreFailure) in
      switch try await engine.redeliver(id) {
      case .scheduled:
        return try await report(on: id, .accepted)
          .with("Location", (request.endsInSlash ? "../" : "") + "callbacks")
      case .unknown: return .problem(.notFound, nil)
      case .jobLives:
        return .problem(.conflict, "The job has not ended: its callback is sent when it has.")
      case .noCallback: return .problem(.conflict, "The job has no callback.")
      }
    }
  }

  private func report(
    on id: JobID, _ status: HTTPStatus
  ) async throws(StoreFailure) -> Response {
    guard let report = try await engine.callbackReport(of: id) else {
      return .problem(.notFound, nil)
    }
    guard report.url != nil else { return .problem(.notFound, "The job has no callback.") }
    return Response(status, .bytes(report.document(of: id)))
  }
}
