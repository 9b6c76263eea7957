/// A way in which a listener lets callers be known.
package enum AuthenticationMethod: String, Hashable, Sendable, CaseIterable {
  /// A bearer token in the `Authorization` field.
  case token
  /// The cookie of a session, which a browser begins with a token.
  case session
  /// A client certificate of TLS.
  case certificate
  /// User and groups of the process at the other end of a unix socket.
  case peer
  /// Nothing is asked: everyone who reaches the listener may do everything.
  case none
}
