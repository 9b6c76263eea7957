import RunnerAccess
import RunnerCore

/// A sound and whole request, as handlers see it.
struct Request: Sendable {
  let method: RequestHead.Method
  let version: RequestHead.Version
  /// Whether its path ends in a slash, as relative references to it must know.
  let endsInSlash: Bool
  let fields: HeaderFields
  /// The parameters behind the `?`, as the route's `QueryRule` reads them.
  let query: Query
  /// Who makes it, and what that grants.
  let caller: Caller
  let body: RequestBody
  /// Names it in logs, and in the job that it makes.
  let id: RequestID

  /// Whom it counts for.
  var principal: Principal { caller.principal }
}
