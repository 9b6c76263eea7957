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
  /// Address of the client, as a listed proxy names it or as the connection has it.
  let address: PeerAddress
  /// The connection that it came by.
  let source: RequestSource
  /// Names it in logs, and in the job that it makes.
  let id: RequestID

  /// Whom it counts for.
  var principal: Principal { caller.principal }

  /// What its cookie carries; nil where it has none.
  var sessionSecret: SessionSecret? {
    SessionCookie.secret(in: fields.cookie, isEncrypted: source.isEncrypted)
  }

  /// Whether the browser speaks TLS, to us or to a proxy before us: then `Origin` or the name of
  /// its cookie says so.
  var isBrowserEncrypted: Bool {
    source.isEncrypted || fields.origin.hasPrefix("https://")
      || SessionCookie.isSecure(in: fields.cookie)
  }
}
