/// The proxies that are believed, and the field that they set.
struct ProxyList: Sendable {
  private let networks: [ProxyNetwork]
  private let field: ProxyField

  init(_ settings: HTTPSettings) {
    networks = settings.proxies
    field = settings.proxyField
  }

  /// Whether the peer of a connection is one of them.
  func contains(_ peer: PeerAddress) -> Bool { networks.contains { $0.contains(peer.whole) } }

  /// The client of a request: the newest address of the field that is none of a proxy. The peer
  /// itself where it is no proxy, or names no client. What stands before that address was written
  /// by the client, and is not believed.
  func client(of fields: HeaderFields, from peer: PeerAddress) -> PeerAddress {
    guard contains(peer) else { return peer }
    let value = field == .forwarded ? fields.forwarded : fields.forwardedFor
    return field.addresses(in: value).first { !contains($0) } ?? peer
  }
}
