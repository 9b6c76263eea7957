internal import Glibc
internal import NetworkBase
internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerHTTP
internal import SystemBase

/// The sockets that the service listens on, each with what it takes.
struct ServiceListeners {
  private var rows: [(listener: ConfiguredListener, socket: SharedDescriptor)] = []
  private let service: ServiceSettings

  /// Opens the sockets, with privilege: low ports and the owners of socket files need it.
  ///
  /// - Throws: `StartFailure` for one that cannot be opened, or that is not safe to serve.
  static func open(_ service: ServiceSettings) throws(StartFailure) -> ServiceListeners {
    var listeners = ServiceListeners(service: service)
    let inherited = try InheritedSockets.take()
    let configured = configured(service, inherited.names)
    for listener in configured {
      switch listener.place {
      case .tcp(let address, let port):
        let socket = try ListeningSocket(address: address, port: port)
        let bound = listener.at(.tcp(address: address, port: socket.port))
        listeners.rows.append((bound, SharedDescriptor(adopting: socket.surrender())))
      case .unix(let path):
        listeners.rows.append((listener, try UnixListener.open(path, listener)))
      case .systemd(let name):
        for socket in try inherited.named(name) {
          let found = listener.at(try place(of: socket, name))
          if let problem = ListenerRules.problem(of: found, service) {
            throw .configuration("systemd:\(name): \(problem.why) \(problem.example)")
          }
          listeners.rows.append((found, socket))
        }
      }
    }
    try requireServed(inherited.names, by: configured)
    return listeners
  }

  /// Where to listen: what is configured, else the sockets of systemd, else the default place.
  private static func configured(
    _ service: ServiceSettings, _ names: [String]
  ) -> [ConfiguredListener] {
    guard !service.namesPlace, !names.isEmpty else { return service.listeners }
    return names.map { ConfiguredListener(.systemd(name: $0)) }
  }

  /// Connections to a socket that is held and not served would wait for ever.
  private static func requireServed(
    _ names: [String], by listeners: [ConfiguredListener]
  ) throws(StartFailure) {
    let served = listeners.map(\.place)
    guard let name = names.first(where: { !served.contains(.systemd(name: $0)) }) else { return }
    throw .configuration(
      "systemd hands over the socket \(name), and no listener serves it. Add --listen "
        + "systemd:\(name), or stop and disable its socket unit.")
  }

  /// Where each is reached, in the order of the configuration.
  var urls: [String] {
    rows.map { listener, _ in
      guard case .tcp = listener.place else { return listener.placeText }
      return (service.isEncrypted(listener) ? "https://" : "http://") + listener.placeText
    }
  }

  /// Addresses and ports of TCP.
  var addresses: [SocketAddress] {
    rows.compactMap { listener, _ in
      guard case .tcp(let text, let port) = listener.place else { return nil }
      return NetworkAddress(text).map { SocketAddress($0, port: port) }
    }
  }

  /// Listeners that everyone who reaches them may use, and that other machines reach.
  var unauthenticated: [String] {
    rows.map(\.listener).filter {
      $0.isOpenToOthers && service.methods(of: $0).contains(.none)
    }.map(\.placeText)
  }

  /// What the server listens on.
  ///
  /// - Parameter tls: what encrypted connections use; nil where no listener has any.
  func served(with tls: TLSSource?) -> [HTTPListener] {
    rows.map { listener, socket in
      let methods = service.methods(of: listener).compactMap {
        AuthenticationMethod(rawValue: $0.rawValue)
      }
      return HTTPListener(
        socket, methods: Set(methods), tls: service.isEncrypted(listener) ? tls : nil)
    }
  }

  private static func place(
    of socket: SharedDescriptor, _ name: String
  ) throws(StartFailure) -> ConfiguredListener.Location {
    if let address = SocketAddress.local(of: socket.fd) {
      return .tcp(address: "\(address.address)", port: address.port)
    }
    guard SocketAddress.family(of: socket.fd) == AF_UNIX else {
      throw .configuration("systemd:\(name) is a socket neither of TCP nor of a file.")
    }
    return .unix(path: "systemd:\(name)")
  }
}
