internal import SandboxBase

/// What a grant of the network adds to a profile: sockets, by family, type and protocol.
enum SocketRows {
  /// Rules for socket(2) and socketpair(2) under a network grant.
  ///
  /// - Parameter routes: whether the kernel may be asked for interfaces, addresses and routes.
  static func rows(_ grant: NetworkGrant, routes: Bool) -> [SyscallRule] {
    switch grant {
    case .none: []
    case .loopback, .all: [socket(routes: routes, datagrams: true), upperProtocols]
    case .tcp(_, let bind):
      [socket(routes: routes, datagrams: false), upperProtocols] + fastOpen
        + (bind.isEmpty ? [noListening] : [])
    }
  }

  /// AF_INET (2) and AF_INET6 (10) differ in one bit; the others of socket(2) are AF_UNIX and
  /// AF_NETLINK.
  private static let internet = ArgumentTest.bits(0, 0xffff_fff7, are: 2)
  private static let local = ArgumentTest.int(0, is: 1)
  private static let netlink = ArgumentTest.int(0, is: 16)

  /// SOCK_STREAM and SOCK_DGRAM; the type's higher bits are SOCK_CLOEXEC and SOCK_NONBLOCK.
  private static let stream = ArgumentTest.bits(1, 0xf, are: 1)
  private static let datagram = ArgumentTest.bits(1, 0xf, are: 2)

  private static func protocolNumber(_ number: UInt32) -> ArgumentTest { .int(2, is: number) }

  private static func socket(routes: Bool, datagrams: Bool) -> SyscallRule {
    let streams = [0, 6].map { [internet, stream, protocolNumber($0)] }
    let packets = datagrams ? [0, 17].map { [internet, datagram, protocolNumber($0)] } : []
    let route = routes ? [[netlink, protocolNumber(0)]] : []
    let allowed = ([[local]] + streams + packets).map { SyscallRule.Case($0, .allow) }
    return SyscallRule(
      names: ["socket"],
      cases: allowed + [SyscallRule.Case([internet], .noProtocol)]
        + route.map { SyscallRule.Case($0, .allow) },
      otherwise: .noFamily,
      because: "AF_UNIX, and what policy grants: TCP\(datagrams ? " and UDP" : " alone")"
        + (routes ? ", and NETLINK_ROUTE to list interfaces" : "")
        + "; no raw sockets, SCTP or MPTCP, and no other family")
  }

  /// IPPROTO_TCP and TCP_ULP of tcp(7).
  private static let upperProtocols = SyscallRule.deny(
    "setsockopt", when: [[.int(1, is: 6), .int(2, is: 31)]],
    because: "TCP_ULP: TLS in the kernel, a source of holes; libraries do it themselves then")

  /// MSG_FASTOPEN of send(2).
  private static let implicitConnect: UInt64 = 0x2000_0000

  private static let fastOpen: [SyscallRule] = [
    .deny(
      "sendto", "sendmmsg", when: [[.bits(3, implicitConnect, are: implicitConnect)]],
      as: .unsupported,
      because: "MSG_FASTOPEN connects without connect(2), which is where Landlock looks at ports"),
    .deny(
      "sendmsg", when: [[.bits(2, implicitConnect, are: implicitConnect)]], as: .unsupported,
      because: "as sendto"),
  ]

  private static let noListening = SyscallRule.deny(
    "listen",
    because: "no port is granted to bind, and listen(2) on a socket that is not bound takes any, "
      + "unseen by Landlock")
}
