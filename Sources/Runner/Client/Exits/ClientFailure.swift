/// Why a command of the client did not do its work: a sentence for people, and what kind of failure
/// it is, by which it is tried again or becomes an exit code.
package struct ClientFailure: Error, Hashable, Sendable {
  /// Kinds of failures.
  enum Kind: Hashable, Sendable {
    /// No connection: nothing was sent.
    case unreachable
    /// The connection broke when something may have been sent.
    case broken
    /// The service is full; `retryAfterSeconds` says when to come again, where it told.
    case busy
    /// The failure is final, with this code.
    case final(ClientExit)
  }

  let kind: Kind
  let text: String
  var retryAfterSeconds: Int?
  /// Whether nothing listens at the service's address: of those that are unreachable.
  var isRefused = false

  init(kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// A failure that no second try mends.
  init(_ exit: ClientExit, _ text: String) {
    self.init(kind: .final(exit), text)
  }

  /// The exit code where it is not tried again.
  ///
  /// - Parameter forJob: whether the command ends with the code of a job: then what is lost of the
  ///   service is 125, as with docker-run(1).
  package func exit(forJob: Bool) -> ClientExit {
    switch kind {
    case .unreachable, .broken: forJob ? .serviceLost : .unreachable
    case .busy: .busy
    case .final(.protocolBroken), .final(.notFound):
      forJob ? .serviceLost : (kind == .final(.notFound) ? .notFound : .protocolBroken)
    case .final(let exit): exit
    }
  }
}
