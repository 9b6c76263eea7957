internal import SandboxBase

/// What of the network a program used.
struct TracedNetwork: Hashable {
  /// It made a socket of AF_INET or AF_INET6.
  private(set) var hasInternetSockets = false
  /// TCP ports connected to, elsewhere and on this machine.
  private(set) var remotePorts: Set<Int> = []
  private(set) var loopbackPorts: Set<Int> = []
  /// Ports that it listened at, or bound.
  private(set) var ownPorts: Set<Int> = []
  /// TCP ports bound on an address that others reach; 0 stands for any free one.
  private(set) var openPorts: Set<Int> = []
  /// Something other than TCP left this machine, or went to another program's port.
  private(set) var usesOtherTraffic = false
  private var loopbackDatagrams: Set<Int> = []
  /// Sockets of AF_UNIX by path.
  private(set) var socketPaths: [(path: String, isMade: Bool)] = []
  /// Names of abstract sockets that were reached.
  private(set) var abstractNames: Set<String> = []

  static let calls: Set<String> = [
    "socket", "connect", "bind", "listen", "sendto", "sendmsg", "sendmmsg", "getsockname",
  ]

  static func == (left: TracedNetwork, right: TracedNetwork) -> Bool {
    left.grant == right.grant && left.abstractNames == right.abstractNames
  }

  func hash(into hasher: inout Hasher) { hasher.combine(grant) }

  mutating func apply(_ call: TracedCall) {
    guard call.succeeded else { return }
    let text = call.arguments.joined(separator: ", ")
    if call.name == "socket" {
      let family = call.argument(0)
      if family == "AF_INET" || family == "AF_INET6" { hasInternetSockets = true }
      return
    }
    if text.contains("sa_family=AF_UNIX") { return unix(call, text) }
    let object = call.object(0) ?? ""
    let isTCP = object.hasPrefix("TCP")
    if let local = Self.localPort(object) { ownPorts.insert(local) }
    guard let address = Self.address(text) ?? Self.peer(object) else { return }
    switch call.name {
    case "bind":
      if address.port != 0 { ownPorts.insert(address.port) }
      guard !address.isLoopback else { return }
      if isTCP { openPorts.insert(address.port) } else { usesOtherTraffic = true }
    case "connect" where isTCP:
      if address.isLoopback {
        loopbackPorts.insert(address.port)
      } else {
        remotePorts.insert(address.port)
      }
    case "sendto", "sendmsg", "sendmmsg":
      guard !isTCP else { return }
      if address.isLoopback {
        loopbackDatagrams.insert(address.port)
      } else {
        usesOtherTraffic = true
      }
    default: break  // Connecting a datagram socket sends nothing.
    }
  }

  /// The least that allows what was seen.
  var grant: NetworkGrant {
    let foreign = loopbackPorts.subtracting(ownPorts)
    // No rule for single ports means "any free one".
    if openPorts.contains(0) || usesOtherTraffic { return .all }
    if !loopbackDatagrams.isSubset(of: ownPorts) { return .all }
    if !remotePorts.isEmpty || !openPorts.isEmpty || !foreign.isEmpty {
      let connect = remotePorts.union(loopbackPorts)
      // Its own server's port is one of the free ones, and another at each run.
      let stable = connect.subtracting(ownPorts.subtracting(openPorts))
      return .tcp(
        connect: stable.sorted().map { UInt16(truncatingIfNeeded: $0) },
        bind: openPorts.sorted().map { UInt16(truncatingIfNeeded: $0) })
    }
    return hasInternetSockets ? .loopback : .none
  }

  private mutating func unix(_ call: TracedCall, _ text: String) {
    guard call.name == "connect" || call.name == "bind" else { return }
    if let range = text.firstRange(of: "sun_path=@\"") {
      if call.name == "connect" { abstractNames.insert(Self.quoted(text[range.upperBound...])) }
    } else if let range = text.firstRange(of: "sun_path=\"") {
      socketPaths.append((Self.quoted(text[range.upperBound...]), call.name == "bind"))
    }
  }

  private static func quoted(_ text: Substring) -> String {
    StraceText.unescaped(text.prefix { $0 != "\"" })
  }

  /// Numeric address and port of a socket (inet(3)).
  private struct Address {
    let host: String
    let port: Int
    var isLoopback: Bool {
      host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    }
  }

  /// `sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")` and its likeness for IPv6.
  private static func address(_ text: String) -> Address? {
    guard let port = text.firstRange(of: "_port=htons("),
      let number = Int(text[port.upperBound...].prefix { $0.isNumber })
    else { return nil }
    let rest = text[port.upperBound...]
    let marks = ["inet_addr(\"", "inet_pton(AF_INET6, \""]
    guard let mark = marks.lazy.compactMap({ rest.firstRange(of: $0) }).first else { return nil }
    return Address(host: quoted(rest[mark.upperBound...]), port: number)
  }

  /// The peer of `UDP:[10.0.0.1:4000->10.0.0.2:53]`.
  private static func peer(_ object: String) -> Address? {
    guard let arrow = object.firstRange(of: "->") else { return nil }
    return endpoint(object[arrow.upperBound...].prefix(object.count).dropLast())
  }

  /// The own port of the same, or of `TCP:[127.0.0.1:4000]`.
  private static func localPort(_ object: String) -> Int? {
    guard let open = object.firstRange(of: ":["), !object.hasPrefix("UNIX") else { return nil }
    var text = object[open.upperBound...].dropLast()
    if let arrow = text.firstRange(of: "->") { text = text[..<arrow.lowerBound] }
    return endpoint(text)?.port
  }

  /// `1.2.3.4:80` or `[::1]:80`; a number alone is that of a socket without address.
  private static func endpoint(_ text: Substring) -> Address? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...])
    else { return nil }
    return Address(host: text[..<colon].filter { $0 != "[" && $0 != "]" }, port: port)
  }
}
