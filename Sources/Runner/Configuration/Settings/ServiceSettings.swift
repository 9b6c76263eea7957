package import RunnerCore

/// What holds for the service as a whole. Defaults are those of `SettingTable`.
package struct ServiceSettings: Hashable, Sendable {
  /// TCP port, 0 to 65,535; 0 lets the system choose a free one.
  package var port = 9000
  /// Numeric IPv4 or IPv6 address to listen on.
  package var interface = "127.0.0.1"
  /// Where to listen; empty for `interface` and `port`.
  package var listen: [ConfiguredListener] = []
  /// Absolute path of the certificate of TLS; nil for none.
  package var tlsCertificate: String?
  /// Absolute path of its private key; nil for none.
  package var tlsKey: String?
  /// Absolute path of the certificates of clients' authorities; nil to ask clients for none.
  package var tlsClientCA: String?
  /// Absolute path of their revocation lists; nil for none.
  package var tlsClientCRL: String?
  /// Who is known by a connection.
  package var principals: [ConnectedPrincipal] = []
  /// Further names, in lower case, under which browsers may reach the service.
  package var hostNames: [String] = []
  /// Whether an interface is accepted that other hosts reach, without authentication.
  package var insecureNoAuth = false
  /// Absolute path of the token file; nil where no tokens are asked for.
  package var tokens: String?
  /// Whether tokens are taken over plain HTTP beyond loopback, where a TLS proxy stands before.
  package var plainHTTP = false
  /// Whether the service runs as the calling user, in a user namespace (user_namespaces(7)).
  package var sameUser = false
  /// Ended jobs that are kept for reading, 1 to 1,000,000.
  package var keep = 100
  /// Seconds that ended jobs are kept for at most; nil for ever.
  package var keepSeconds: Int?
  /// Bytes of output of ended jobs that are kept; nil for any number.
  package var keepBytes: Int?
  /// Jobs that run at one time, 1 to 4096.
  package var running = 256
  /// Jobs that wait to run, 1 to 1,000,000; more are refused.
  package var queued = 10_000
  /// Pools that entries may name, each name once.
  package var pools: [EntryPool] = []
  /// Seconds that running jobs get when the service is asked to end, 0 to 604,800.
  package var drainSeconds = 0
  /// Absolute path of the folder of the audit log; nil for none.
  package var auditFolder: String?
  /// Bytes of the audit log at which a new file begins, 64 KiB to 1 TiB.
  package var auditBytes = 16 << 20
  /// Older files of the audit log that are kept, 1 to 1000.
  package var auditKept = 10
  /// Form of the lines of the log: `text` or `json`.
  package var logFormat = "text"
  /// Least level of the lines of the log: `info`, `warning` or `error`.
  package var logLevel = "info"
  /// Numeric uids and gids reserved for jobs; nil until given.
  package var explicitIDRange: ClosedRange<UInt32>?
  /// Absolute path of the folder in which private working folders are made.
  package var workFolder = "/var/lib/http-runner"
  /// Absolute path of the folder in which jobs are kept, or `none`.
  package var state = "/var/lib/http-runner-state"
  /// `sqlite`, or `postgresql:` and a connection string.
  package var store = "sqlite"
  /// Name of this node in a database; nil for the name of the host.
  package var node: String?
  /// Absolute path of the launcher; nil means the one beside this program.
  package var launcher: String?

  /// Bytes of the largest request body, 1 KiB to 64 MiB.
  package var httpBody = 1 << 20
  /// Bytes of all header fields of a request together, 4 KiB to 64 KiB.
  package var httpHeaders = 8 << 10
  /// Seconds until the header of a request must be complete, 1 to 3600.
  package var httpHeaderSeconds = 10
  /// Seconds until the body of a request must be complete, 1 to 3600.
  package var httpBodySeconds = 10
  /// Seconds until a silent connection is closed, 1 to 3600.
  package var httpIdleSeconds = 130
  /// Connections at one time, 1 to 65,536.
  package var httpConnections = 1024
  /// Connections at one time from one address, 1 to 65,536.
  package var httpConnectionsPerAddress = 256
  /// Networks of proxies that are believed when they name the client of a request.
  package var proxies: [ConfiguredNetwork] = []
  /// Name in lower case of the header field in which they do: `x-forwarded-for` or `forwarded`.
  package var proxyField = "x-forwarded-for"

  /// Bytes kept from the start of each output stream of a job, 1 KiB to 1 TiB.
  package var outputPerStream = 16 << 20
  /// Bytes kept from the end of a stream that is longer, 0 to 1 MiB; those between are counted.
  package var outputTail = 64 << 10
  /// Bytes of output in memory, of all jobs together, 1 MiB to 1 TiB.
  package var outputTotal = 256 << 20

  /// How callbacks are delivered.
  package var callbacks = ConfiguredCallbacks()

  /// Settings of a service that sets nothing.
  package init() {}

  /// The folder in which jobs are kept; nil for memory only.
  package var stateFolder: String? { state == "none" ? nil : state }

  /// Folders that jobs are never given.
  package var ownFolders: [PathRules.OwnFolder] {
    [PathRules.OwnFolder(name: "work folder", path: workFolder)]
      + (stateFolder.map { [PathRules.OwnFolder(name: "state folder", path: $0)] } ?? [])
      + (auditFolder.map { [PathRules.OwnFolder(name: "audit folder", path: $0)] } ?? [])
  }

  /// Where to listen: what `listen` says, or else `interface` and `port`.
  package var listeners: [ConfiguredListener] {
    listen.isEmpty ? [ConfiguredListener(.tcp(address: interface, port: port))] : listen
  }

  /// Whether `listen`, `interface` or `port` is set, to another value than the default.
  package var namesPlace: Bool {
    let standard = ServiceSettings()
    return !listen.isEmpty || interface != standard.interface || port != standard.port
  }

  /// Names of the credentials of systemd that stand in the place of files.
  var credentialNames: [String] {
    [tlsCertificate, tlsKey, tlsClientCA, tlsClientCRL, tokens].compactMap { file in
      guard let file else { return nil }
      return Self.credentialName(file)
    }
  }

  static func credentialName(_ file: String) -> String? {
    SettingTable.checked { () throws(ValueError) in try CredentialName(file) }?.name
  }

  /// Whether a listener's connections are encrypted.
  package func isEncrypted(_ listener: ConfiguredListener) -> Bool {
    if let isEncrypted = listener.isEncrypted { return isEncrypted }
    guard tlsCertificate != nil else { return false }
    if case .unix = listener.place { return false }
    return true
  }

  /// How callers on a listener are known: as it says, or else each way that is set up; `none` alone
  /// where none is.
  package func methods(of listener: ConfiguredListener) -> Set<ConfiguredListener.Method> {
    if let methods = listener.methods { return methods }
    var methods: Set<ConfiguredListener.Method> = []
    if tokens != nil { methods.formUnion([.token, .session]) }
    if isEncrypted(listener), tlsClientCA != nil { methods.insert(.certificate) }
    if listener.isUnix, principals.contains(where: \.isProcess) { methods.insert(.peer) }
    // A machine that has asked for credentials anywhere is not open at another door.
    return methods.isEmpty && !asksForCredentials ? [.none] : methods
  }

  /// Whether any way to be known is set up.
  private var asksForCredentials: Bool {
    tokens != nil || tlsClientCA != nil || !principals.isEmpty
  }

  /// The range that was given, or else one that grows with `running`.
  package var idRange: ClosedRange<UInt32> {
    explicitIDRange ?? IDRange.defaultRange(running: running)
  }
}
