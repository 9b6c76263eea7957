/// What of the network an entry's jobs may use.
package enum NetworkGrant: Hashable, Sendable {
  /// An empty network namespace: no interface is up. The default.
  case none
  /// A network namespace of the job's own, with nothing but its loopback interface.
  case loopback
  /// The host's network.
  case all
  /// The host's network, TCP only, and of it these ports only (Landlock ABI 4).
  case tcp(connect: [UInt16], bind: [UInt16])

  /// Whether jobs are in the host's network namespace.
  package var isHost: Bool {
    switch self {
    case .none, .loopback: false
    case .all, .tcp: true
    }
  }

  /// Whether jobs may make sockets of AF_INET and AF_INET6.
  package var hasInternetSockets: Bool { self != .none }
}
