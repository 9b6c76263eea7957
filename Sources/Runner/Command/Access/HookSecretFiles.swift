internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxClient

/// The files with the secrets of hooks: read with privilege at the start and in a reload's
/// compiler, taken from what the compiler sent in the service.
enum HookSecretFiles {
  /// Name of one among what a reload's compiler sends.
  private static func attachment(_ hook: EntryHook) -> String { "hook.\(hook.name)" }

  /// All hooks of a configuration.
  static func hooks(of configuration: Configuration) -> [EntryHook] {
    configuration.entries.flatMap(\.hooks)
  }

  /// Reads them with privilege.
  ///
  /// - Returns: contents by the names of attachments.
  /// - Throws: `StartFailure` that names the file and the remedy.
  static func read(
    _ hooks: [EntryHook], _ credentials: CredentialFolder
  ) throws(StartFailure) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for hook in hooks {
      guard let proof = hook.proof else { continue }
      let path = try credentials.path(of: proof.file)
      let file: ConfigurationFile
      do throws(ConfigurationRefusal) {
        file = try ConfigurationFile.read(
          path, mustBeSafe: true, bytesMax: HookSecret.fileBytesMax)
      } catch {
        throw .configuration(error.lines(file: path).joined(separator: "\n"))
      }
      guard !file.isOpen else {
        throw .configuration(
          "\(path): group or others may read the secret of the hook \(hook.name). Take that away: "
            + "chmod go-r; and make a new one if anybody could have read it.")
      }
      contents[attachment(hook)] = file.bytes
    }
    return contents
  }

  /// What calls of hooks are proven by.
  ///
  /// - Parameter contents: by the names of attachments.
  /// - Throws: `StartFailure` for a file that is missing or holds no secret: a hook that has one
  ///   never goes without.
  static func secrets(
    of hooks: [EntryHook], _ contents: [String: [UInt8]]
  ) throws(StartFailure) -> [String: HookSecret] {
    var secrets: [String: HookSecret] = [:]
    for hook in hooks {
      guard let proof = hook.proof else { continue }
      guard let bytes = contents[attachment(hook)] else {
        throw .system("The launcher sent a table without the secret of the hook \(hook.name).")
      }
      do throws(HookSecret.ParseError) {
        secrets[hook.name] = try HookSecret(bytes, for: proof.scheme, quota: proof.quota)
      } catch {
        throw .configuration("\(proof.file), of the hook \(hook.name): \(error.text)")
      }
    }
    return secrets
  }
}
