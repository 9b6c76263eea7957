internal import RunnerAccess
internal import RunnerConfiguration
internal import SandboxClient

/// Reads the token file of the service: at the start and in a reload's compiler with privilege, in
/// the service from what the compiler sent.
enum TokenLoader {
  /// Name of the token file among what a reload's compiler sends.
  static let attachment = "tokens"

  /// The tokens of a file that there must be: with a missing one everyone would be shut out.
  ///
  /// - Throws: `StartFailure` that names the file and the remedy.
  static func read(
    _ file: String, _ credentials: CredentialFolder
  ) throws(StartFailure) -> TokenFile {
    let path = try credentials.path(of: file)
    do throws(TokenFileEditor.Failure) {
      return try TokenFileEditor(path: path).read()
    } catch {
      throw .configuration(
        "The token file \(path) cannot be used: \(error) Make one: http-runner token add NAME "
          + "--tokens \(path)")
    }
  }

  /// Whom a service that starts goes by.
  ///
  /// - Throws: `StartFailure` for a token file that cannot be used.
  static func rules(
    of configuration: Configuration, _ credentials: CredentialFolder
  ) throws(StartFailure) -> AccessRules {
    let service = configuration.service
    var table: TokenTable?
    if let file = service.tokens { table = TokenTable(try read(file, credentials).tokens) }
    let hooks = HookSecretFiles.hooks(of: configuration)
    return AccessRules(
      tokens: table, principals: PrincipalTable(service.principals),
      hooks: try HookSecretFiles.secrets(of: hooks, HookSecretFiles.read(hooks, credentials)))
  }

  /// Whom a service goes by after a reload.
  ///
  /// - Throws: `StartFailure` where the compiler sent no token file, and there has to be one: the
  ///   door is never opened by what is missing.
  static func rules(
    of compiled: CompiledConfiguration, _ configuration: Configuration
  ) throws(StartFailure) -> AccessRules {
    let service = configuration.service
    let hooks = try HookSecretFiles.secrets(
      of: HookSecretFiles.hooks(of: configuration), compiled.attachments)
    guard service.tokens != nil else {
      return AccessRules(
        tokens: nil, principals: PrincipalTable(service.principals), hooks: hooks)
    }
    guard let bytes = compiled.attachments[attachment] else {
      throw .system("The launcher sent a table without the tokens.")
    }
    do throws(TokenFileError) {
      return AccessRules(
        tokens: TokenTable(try TokenFile(bytes).tokens),
        principals: PrincipalTable(service.principals), hooks: hooks)
    } catch {
      throw .system("The tokens that the launcher sent are not understood: \(error.text)")
    }
  }
}
