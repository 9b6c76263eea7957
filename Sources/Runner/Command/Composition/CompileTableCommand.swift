internal import Glibc
internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient

/// The internal subcommand that the launcher executes for a reload: reads the configuration with
/// the launcher's privileges, compiles all policies, and sends them to the launcher.
enum CompileTableCommand {
  /// The first argument. Internal: `--help` does not list it.
  static let subcommandName = "compile-table"

  /// How the launcher executes it; nil where it would read nothing: without a configuration file,
  /// a token file and the files of TLS.
  static func reloadPlan(_ options: Options, _ service: ServiceSettings) -> ReloadPlan? {
    guard options.config != nil || service.tokens != nil || service.tlsCertificate != nil,
      let program = path
    else { return nil }
    return ReloadPlan(
      program: program,
      arguments: ["http-runner", subcommandName, CredentialFolder.ofUnit.path ?? ""]
        + CommandLine.arguments.dropFirst(),
      settings: service.lines)
  }

  /// Where this program is.
  private static var path: String? {
    // SAFETY: realpath(3) returns a C string of our own, which is copied and then freed once.
    guard let real = unsafe realpath("/proc/self/exe", nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// - Parameter arguments: the folder of the unit's credentials, which is not in the environment
  ///   that the launcher gives, or nothing; then those that the service was started with.
  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog(.ofProcess)
    do {
      let compiler = try ReloadChannel.open()
      guard let folder = arguments.first,
        case .serve(let options) = try OptionParser.parse(Array(arguments.dropFirst()))
      else { return ExitCode.usage.rawValue }
      let credentials = CredentialFolder(path: folder.isEmpty ? nil : folder)
      return try send(options, options.config, credentials, to: compiler, log)
    } catch let failure as StartFailure {
      log.log(.error, "reload.failed", failure.text)
      return failure.code.rawValue
    } catch {
      log.log(
        .error, "reload.failed", "the configuration could not be read again: \(error)",
        ["error": "\(error)"])
      return ExitCode.systemRefused.rawValue
    }
  }

  private static func send(
    _ options: Options, _ file: String?, _ credentials: CredentialFolder,
    to compiler: borrowing ReloadChannel, _ log: ServiceLog
  ) throws -> Int32 {
    let text: [UInt8]
    let name = file ?? "the command line"
    let configuration: Configuration
    do throws(ConfigurationRefusal) {
      let read = try file.map { file throws(ConfigurationRefusal) in
        try ConfigurationFile.read(file, mustBeSafe: true)
      }
      text = read?.bytes ?? []
      configuration =
        if let read {
          try read.configuration(options.commandLine, host: ConfigurationLoader.host)
        } else {
          try ConfigurationLoader.load(options)
        }
    } catch {
      for line in error.lines(file: name) {
        log.log(.error, "configuration.refused", line, ["file": .text(name)])
      }
      return ExitCode.configurationRefused.rawValue
    }
    let changes = configuration.service.changes(since: compiler.settings)
    guard changes.isEmpty else {
      let keys = changes.map { "service.\($0)" }.joined(separator: ", ")
      throw StartFailure.configuration(
        "\(name): a reload does not change \(keys). Restart the service for that, or take it back."
      )
    }
    ProcessSignals.blockAll()
    try HostCheck.requireNone(of: configuration, log)
    let complete = try PackageFolders.added(to: configuration)
    var attachments: [String: [UInt8]] = [:]
    if let path = configuration.service.tokens {
      attachments[TokenLoader.attachment] = try TokenLoader.read(path, credentials).bytes
    }
    let hooks = HookSecretFiles.hooks(of: configuration)
    let secrets = try HookSecretFiles.read(hooks, credentials)
    // A reload is refused as a whole where one of them is none.
    _ = try HookSecretFiles.secrets(of: hooks, secrets)
    attachments.merge(secrets) { first, _ in first }
    if let tls = try TLSFiles.read(configuration.service, credentials) {
      _ = try tls.credentials(configuration.service)
      attachments.merge(tls.contents) { first, _ in first }
    }
    try compiler.send(
      try PolicyBuilder.entries(complete, log: log), madeOf: text, attachments: attachments)
    return ExitCode.ok.rawValue
  }
}
