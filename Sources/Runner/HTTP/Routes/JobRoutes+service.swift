import RunnerAccess
import RunnerCore

/// Handlers for what watches the service: load balancers, Prometheus, generators of clients.
extension JobRoutes {
  /// `GET /healthz`: the process answers.
  func health() -> Response {
    Response(.ok, .bytes(Array(#"{"status":"ok"}"#.utf8)))
  }

  /// `GET /readyz`: whether new jobs are taken and can run.
  func readiness(_ request: Request) async -> Response {
    let checks = await monitor.readiness()
    let isReady = ReadinessDocument.status(of: checks) != .failed
    let bytes = ReadinessDocument.bytes(
      checks, hasProblems: request.caller.grant.allows(.operate))
    return Response(isReady ? .ok : .unavailable, .bytes(bytes))
  }

  /// `GET /metrics`.
  func metrics() async -> Response {
    Response(.ok, .bytes(Array(await monitor.metricsText().utf8)))
      .of(MetricRegistry.contentType)
  }

  /// `GET /openapi.json`.
  func openAPI() -> Response {
    Response(.ok, .bytes(OpenAPIDocument.bytes))
  }
}
