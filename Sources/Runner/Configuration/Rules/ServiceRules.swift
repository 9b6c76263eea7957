import TextFormats

/// Checks across the settings of the service.
enum ServiceRules {
  static func check(
    _ service: ServiceSettings, _ positions: [String: SourcePosition],
    _ problems: inout ProblemList
  ) {
    checkDoor(service, positions, &problems)
    do throws(ValueError) {
      try IDRange.check(service.idRange, running: service.running)
    } catch {
      problems.add(positions["idRange"], "service.idRange", error.why)
    }
  }

  /// Beyond loopback no client is served without a credential, and none goes over plain HTTP.
  private static func checkDoor(
    _ service: ServiceSettings, _ positions: [String: SourcePosition],
    _ problems: inout ProblemList
  ) {
    if service.insecureNoAuth, service.tokens != nil {
      problems.add(
        positions["insecureNoAuth"], "service.insecureNoAuth",
        "It says that nobody is asked who they are, and tokens says that everyone is. Take one of "
          + "them away.")
    }
    guard service.isOpenToOthers, !service.insecureNoAuth else { return }
    if service.tokens == nil {
      problems.add(
        positions["interface"], "service.interface",
        "Other machines reach \(service.interface), and nothing asks them who they are. Listen on "
          + "127.0.0.1, or make a token, `http-runner token add NAME`, and set tokens: "
          + "\"/etc/http-runner/tokens.json\".")
    } else if !service.plainHTTP {
      problems.add(
        positions["interface"], "service.interface",
        "Other machines reach \(service.interface), and whoever listens on the way reads the "
          + "tokens: this is plain HTTP. Put a TLS proxy before it and set plainHTTP as well, or "
          + "listen on 127.0.0.1.")
    }
  }
}
