internal import Glibc
internal import RunnerAccess
internal import RunnerCore
internal import TextFormats

/// `http-runner token`: makes, lists, ends and renews tokens.
enum TokenCommand {
  static let help = """
    Usage: http-runner token add NAME [--may SCOPES] [--entry NAME]... [--jobs own|all]
                             [--running COUNT] [--queued COUNT] [--kept SIZE]
                             [--submissions COUNT] [--expires TIME] [--tokens FILE]
           http-runner token rotate NAME [--overlap TIME] [--expires TIME] [--tokens FILE]
           http-runner token revoke NAME [--tokens FILE]
           http-runner token list [--json] [--tokens FILE]

    Makes bearer tokens. `add` and `rotate` print the token once, on stdout; the file keeps a digest
    of it. A running service takes a change up when it reloads (SIGHUP).

      --may SCOPES     What it may do: submit, read, cancel, operate (default submit,read,cancel)
      --entry NAME     An entry whose jobs it may submit; again for more (default all)
      --jobs WHICH     The jobs that it sees: own, all (default own)
      --running COUNT  Jobs of it that run at one time; further ones wait (default no bound)
      --queued COUNT   Jobs of it that wait; a further one is refused (default no bound)
      --kept SIZE      Output of its ended jobs, as 20G; at that no job is taken (default no bound)
      --submissions COUNT
                       Jobs that it may submit in a minute (default no bound)
      --expires TIME   When it ends, from now: 90d, 12h, never (default never; rotate asks for it
                       where the token had an end)
      --overlap TIME   How long the older secret counts on (default 7d)
      --tokens FILE    The file (default \(TokenOptions.defaultFile))
      --json           As one JSON object, without any secret

    Exit code: 0, 64 the command line is wrong, 71 the file cannot be read or written or the change
    cannot be made.

    """

  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    do throws(OptionError) {
      let options = try TokenOptions(arguments)
      do throws(TokenFileEditor.Failure) {
        print(try run(options, at: SystemClock().now()), terminator: "")
        return ExitCode.ok.rawValue
      } catch {
        log.log(.error, "token.refused", error.description, ["file": .text(options.file)])
        return ExitCode.systemRefused.rawValue
      }
    } catch {
      log.log(.error, "token.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    }
  }

  /// - Returns: what is printed.
  private static func run(
    _ options: TokenOptions, at now: Timestamp
  ) throws(TokenFileEditor.Failure) -> String {
    let editor = TokenFileEditor(path: options.file)
    switch options.action {
    case .list:
      let file = try editor.readIfPresent()
      return options.isJSON ? TokenListing.json(file) : TokenListing.text(file, at: now)
    case .revoke:
      try editor.edit { file throws(TokenFileError) in try file.revoke(options.name) }
      return ""
    case .add:
      return try withNewToken { token, digest throws(TokenFileEditor.Failure) in
        let record = TokenRecord(
          name: options.name,
          grant: AccessGrant(
            scopes: options.scopes,
            entries: options.entries.isEmpty ? .all : .named(options.entries), jobs: options.jobs,
            quota: options.quota),
          created: now, secrets: [TokenSecret(digest, expires: options.end(after: now))])
        try editor.edit { file throws(TokenFileError) in try file.add(record) }
      }
    case .rotate:
      return try withNewToken { token, digest throws(TokenFileEditor.Failure) in
        try editor.edit { file throws(TokenFileError) in
          try file.rotate(
            options.name, to: digest, expires: options.end(after: now),
            isEndGiven: options.isEndGiven,
            olderUntil: now.adding(seconds: Double(options.overlapSeconds)), now: now)
        }
      }
    }
  }

  /// - Returns: the token on a line of its own, once its digest is on the disk.
  private static func withNewToken(
    _ keep: (AccessToken, TokenDigest) throws(TokenFileEditor.Failure) -> Void
  ) throws(TokenFileEditor.Failure) -> String {
    let token = AccessToken.random()
    guard let digest = TokenDigest(of: token) else {
      throw TokenFileEditor.Failure(description: "GnuTLS makes no SHA-256 digest here.")
    }
    try keep(token, digest)
    return token.text + "\n"
  }
}

extension TokenOptions {
  fileprivate func end(after now: Timestamp) -> Timestamp? {
    expiresSeconds.map { now.adding(seconds: Double($0)) }
  }
}
