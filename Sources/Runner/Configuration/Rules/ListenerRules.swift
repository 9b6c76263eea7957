/// The start-up rule: beyond loopback no client is served without a credential, and none goes over
/// plain HTTP. The same for a command line and for a file.
package enum ListenerRules {
  /// What is wrong, and where.
  package struct Problem: Hashable, Sendable {
    /// Key beneath `service`.
    package let key: String
    /// What is wrong: a sentence.
    package let why: String
    /// What to type behind `http-runner` instead.
    package let example: String

    /// The problem with the remedy, for a file.
    var fileText: String { "\(why) On a command line: \(example)" }
  }

  /// The problems of the settings.
  package static func problems(of service: ServiceSettings) -> [Problem] {
    var problems = pairs(service)
    if service.insecureNoAuth, service.tokens != nil {
      problems.append(
        Problem(
          key: "insecureNoAuth",
          why: "It says that nobody is asked who they are, and tokens says that everyone is. Take "
            + "one of them away.", example: "--tokens /etc/http-runner/tokens.json"))
    }
    for listener in service.listeners {
      // Where a socket of systemd is shows at the start, which asks the same then.
      if case .systemd = listener.place { continue }
      if let problem = self.problem(of: listener, service) { problems.append(problem) }
    }
    return problems
  }

  private static let tokens = "--tokens /etc/http-runner/tokens.json"
  private static let tls =
    "--tls-certificate /etc/http-runner/tls/server.pem "
    + "--tls-key /etc/http-runner/tls/server-key.pem"

  private static func pairs(_ service: ServiceSettings) -> [Problem] {
    var problems: [Problem] = []
    if (service.tlsCertificate == nil) != (service.tlsKey == nil) {
      problems.append(
        Problem(
          key: service.tlsKey == nil ? "tlsCertificate" : "tlsKey",
          why: "A certificate and its key are given together.", example: tls))
    }
    if service.tlsClientCA != nil, service.tlsCertificate == nil {
      problems.append(
        Problem(
          key: "tlsClientCA", why: "Client certificates come over TLS only.",
          example: "\(tls) --tls-client-ca /etc/http-runner/tls/ca.pem"))
    }
    if service.tlsClientCRL != nil, service.tlsClientCA == nil {
      problems.append(
        Problem(
          key: "tlsClientCRL", why: "A revocation list is of an authority; none is given.",
          example: "--tls-client-ca /etc/http-runner/tls/ca.pem"))
    }
    let standard = ServiceSettings()
    if !service.listen.isEmpty,
      service.port != standard.port || service.interface != standard.interface
    {
      problems.append(
        Problem(
          key: service.port != standard.port ? "port" : "interface",
          why: "It is not used beside listen. Say it there as well, or leave it out.",
          example: "--listen \(service.interface):\(service.port)"))
    }
    return problems
  }

  /// Why one listener cannot be served; nil where it can.
  package static func problem(
    of listener: ConfiguredListener, _ service: ServiceSettings
  ) -> Problem? {
    let key = service.listen.isEmpty ? "interface" : "listen"
    let place = listener.placeText
    let option = service.listen.isEmpty ? "-i \(service.interface)" : "--listen \(place)"
    let isEncrypted = service.isEncrypted(listener)
    let methods = service.methods(of: listener)
    if isEncrypted, service.tlsCertificate == nil {
      return Problem(
        key: key, why: "\(place) is to be encrypted, and there is no certificate.",
        example: "\(tls); http-runner certificate makes them")
    }
    if let missing = missing(methods, listener, service, isEncrypted) {
      return Problem(key: key, why: "\(place): \(missing)", example: "--listen \(place)")
    }
    guard listener.isOpenToOthers else { return nil }
    if methods.contains(.none) {
      guard !service.insecureNoAuth else { return nil }
      return Problem(
        key: key,
        why: "Other machines reach \(place), and nothing asks them who they are: whoever gets "
          + "there may run the whitelist. Listen on loopback, or make a token (http-runner token "
          + "add NAME) and name its file; --insecure-no-auth serves everyone.",
        example: "\(option) \(tokens) \(tls)")
    }
    guard !isEncrypted, !service.plainHTTP else { return nil }
    return Problem(
      key: key,
      why: "Other machines reach \(place), and tokens would go over plain HTTP, where whoever "
        + "listens on the way reads them. Give it a certificate (http-runner certificate makes "
        + "one); or put a TLS proxy before it and say --plain-http (plainHTTP) as well.",
      example: "\(option) \(tokens) \(tls)")
  }

  private static func missing(
    _ methods: Set<ConfiguredListener.Method>, _ listener: ConfiguredListener,
    _ service: ServiceSettings, _ isEncrypted: Bool
  ) -> String? {
    if methods.isEmpty {
      return "no way to be known is set up for it; auth=none asks for nothing."
    }
    for method in [ConfiguredListener.Method.token, .session]
    where methods.contains(method) && service.tokens == nil {
      return "auth=\(method.rawValue) needs a token file: tokens."
    }
    if methods.contains(.certificate), !isEncrypted || service.tlsClientCA == nil {
      return "auth=certificate needs TLS and tlsClientCA."
    }
    if methods.contains(.peer), !listener.isUnix {
      return "auth=peer is for unix: alone."
    }
    return nil
  }
}
