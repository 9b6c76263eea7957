import RunnerAccess
import RunnerCore

/// Handlers of the commands of entries.
extension JobRoutes {
  /// `GET /commands`: those of entries whose jobs the caller may make.
  func listCommands(_ request: Request) -> Response {
    let entries = request.caller.grant.entries
    let rows = engine.commands.current.rows.filter { entries.contains($0.entry) }
    return Response(.ok, .bytes(CommandDocument(rows).bytes))
  }
}
