package import RunnerAccess
package import SystemBase

/// A socket that is bound and listens, and how callers that come in by it are known.
package struct HTTPListener: Sendable {
  /// The socket.
  let socket: SharedDescriptor
  /// How callers are known.
  let methods: Set<AuthenticationMethod>
  /// What connections are encrypted with; nil for plain ones.
  let tls: TLSSource?

  /// A listener of these.
  package init(
    _ socket: SharedDescriptor, methods: Set<AuthenticationMethod>, tls: TLSSource? = nil
  ) {
    self.socket = socket
    self.methods = methods
    self.tls = tls
  }
}
