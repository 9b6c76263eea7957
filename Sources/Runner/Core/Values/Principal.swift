/// On whose behalf a request is made: the key of fairness, idempotency keys and quotas.
///
/// Two requests with equal principals are requests of one client. Where nothing is asked, a
/// principal is the network address of the connection; one that was authenticated has the same
/// form.
package struct Principal: Hashable, Sendable, CustomStringConvertible {
  /// Unique among principals. Kept by the store, and shown to people: `192.0.2.7`, or the /64 of an
  /// IPv6 host in hexadecimal.
  package let name: String

  /// - Parameter name: any text; empty for `unidentified`.
  package init(name: String) {
    self.name = name
  }

  /// The principal of requests that say nothing of where they come from.
  package static let unidentified = Principal(name: "")

  package var description: String { name }
}
