import FileBase

/// Where the client's token comes from. An option is not among the places: every user of the
/// machine reads command lines in /proc.
enum TokenLookup {
  /// Bytes of a token at most.
  private static let bytesMax = 4096

  /// The first of: the file that `HTTP_RUNNER_TOKEN_FILE` names, `HTTP_RUNNER_TOKEN`, the
  /// credential `http-runner-token` of the unit (`CREDENTIALS_DIRECTORY`, systemd.exec(5)), and
  /// the configuration's `tokenFile`; nil where there is none of them.
  ///
  /// - Throws: `ClientFailure` (configuration) for a file that is not there, that others can reach,
  ///   or that holds no token.
  static func token(
    _ environment: ClientEnvironment, _ configuration: ClientConfiguration
  ) throws(ClientFailure) -> String? {
    if let path = environment.value(of: "HTTP_RUNNER_TOKEN_FILE") {
      return try read(path, .secret)
    }
    if let token = environment.value(of: "HTTP_RUNNER_TOKEN") {
      return try checked(token, "HTTP_RUNNER_TOKEN")
    }
    if let folder = environment.value(of: "CREDENTIALS_DIRECTORY") {
      let path = "\(folder)/http-runner-token"
      // systemd lets the unit's user read it by an access list, which shows as the group's mode.
      if let bytes = try ClientFile.read(path, .any, bytesMax: bytesMax) {
        return try checked(String(decoding: bytes, as: UTF8.self), path)
      }
    }
    guard let path = configuration.tokenFile else { return nil }
    return try read(path, .secret)
  }

  private static func read(
    _ path: String, _ rule: RegularFile.Rule
  ) throws(ClientFailure) -> String {
    guard let bytes = try ClientFile.read(path, rule, bytesMax: bytesMax) else {
      throw ClientFailure(.configuration, "\(path) is to hold the token, and is not there.")
    }
    return try checked(String(decoding: bytes, as: UTF8.self), path)
  }

  /// A line feed behind it is the editor's. Anything else than b64token (RFC 6750, section 2.1)
  /// would break the header field.
  private static func checked(
    _ text: String, _ place: String
  ) throws(ClientFailure) -> String {
    let token = text.hasSuffix("\n") ? text.dropLast() : text[...]
    let marks = Array("-._~+/=".utf8)
    let isToken =
      !token.isEmpty
      && token.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
          || (0x61...0x7a).contains(byte) || marks.contains(byte)
      }
    guard isToken else {
      throw ClientFailure(
        .configuration, "\(place) holds no token: one line of letters, digits and -._~+/=.")
    }
    return String(token)
  }
}
