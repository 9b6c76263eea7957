internal import RunnerConfiguration

/// The folder in which systemd keeps the credentials of the unit, for root alone (systemd.exec(5)).
struct CredentialFolder {
  /// Its absolute path; nil where no unit has started this process, or none with credentials.
  let path: String?

  /// The folder of `CREDENTIALS_DIRECTORY`.
  static var ofUnit: CredentialFolder {
    CredentialFolder(path: EnvironmentVariable.value(of: "CREDENTIALS_DIRECTORY"))
  }

  /// The path of a file that a setting names by its path or as a credential.
  ///
  /// - Throws: `StartFailure` for a credential where there are none.
  func path(of file: String) throws(StartFailure) -> String {
    let credential: CredentialName?
    do throws(ValueError) {
      credential = try CredentialName(file)
    } catch {
      throw .configuration(error.why)
    }
    guard let name = credential?.name else { return file }
    guard let path, path.hasPrefix("/") else {
      throw .configuration(
        "\(file): systemd hands over no credentials. Start the service as a unit with "
          + "LoadCredential=\(name):/PATH.")
    }
    return "\(path)/\(name)"
  }
}
