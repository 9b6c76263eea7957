import FileBase

/// How the service is reached, and what is done with arguments: of options, environment and
/// configuration, in this order.
struct ClientSettings: Sendable {
  /// Options of every command that speaks to the service; nil for those that were not given.
  struct Options: Hashable, Sendable {
    var server: String?
    var ca: String?
    var certificate: String?
    var key: String?
  }

  let address: ServiceAddress
  /// nil: nothing is shown.
  let token: String?
  let ca: String?
  let certificate: String?
  let key: String?
  let paths: PathMapper
  /// Local programs by the name of an entry.
  let fallback: [String: String]

  /// The configuration of the system.
  private static let systemPath = "/etc/http-runner/client.json5"

  /// The configuration of system and user together, as far as they have one.
  ///
  /// - Throws: `ClientFailure` (configuration).
  static func configuration(
    _ environment: ClientEnvironment
  ) throws(ClientFailure) -> ClientConfiguration {
    var configuration = ClientConfiguration()
    let folder =
      environment.value(of: "XDG_CONFIG_HOME")
      ?? environment.value(of: "HOME").map { "\($0)/.config" }
    let userPath = folder.map { "\($0)/http-runner/client.json5" }
    for path in [systemPath, userPath].compactMap({ $0 }) {
      let bytes = try ClientFile.read(
        path, .notWritable, bytesMax: ClientConfiguration.bytesMax)
      guard let bytes else { continue }
      configuration = configuration.overridden(
        by: try ClientConfiguration.parse(bytes, name: path))
    }
    return configuration
  }

  /// - Throws: `ClientFailure` (configuration), also for a token that would go to another machine
  ///   in plain text.
  init(
    _ options: Options, _ environment: ClientEnvironment, _ configuration: ClientConfiguration
  ) throws(ClientFailure) {
    address = try ServiceAddress(
      options.server ?? environment.value(of: "HTTP_RUNNER_SERVER") ?? configuration.server
        ?? ServiceAddress.standard)
    token = try TokenLookup.token(environment, configuration)
    ca = options.ca ?? configuration.ca
    certificate = options.certificate ?? configuration.certificate
    key = options.key ?? configuration.key
    paths = PathMapper(configuration.paths)
    fallback = configuration.fallback
    let isGuarded = address.isEncrypted || address.isLocal || configuration.plainHTTP == true
    guard token == nil || isGuarded else {
      throw ClientFailure(
        .configuration,
        "\(address.url) is another machine and not encrypted: everyone between could read the "
          + "token. Use https://, or say plainHTTP: true in client.json5.")
    }
  }
}
