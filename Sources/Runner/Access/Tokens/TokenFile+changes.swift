package import RunnerCore

/// What `http-runner token` does to a token file.
extension TokenFile {
  /// Adds a token.
  ///
  /// - Throws: `TokenFileError` where one has the name, or the name is none.
  package mutating func add(_ token: TokenRecord) throws(TokenFileError) {
    guard TokenRecord.isName(token.name) else {
      throw TokenFileError(
        "`\(token.name)` is no name: 1 to 64 letters, digits, `.`, `_`, `-` or `@`, beginning with "
          + "a letter or digit.")
    }
    guard !tokens.contains(where: { $0.name == token.name }) else {
      throw TokenFileError(
        "There is a token of the name \(token.name). `token rotate` gives it a new secret, and "
          + "`token revoke` ends it.")
    }
    tokens.append(token)
  }

  /// Removes a token: none of its secrets counts any more.
  ///
  /// - Throws: `TokenFileError` where none has the name.
  package mutating func revoke(_ name: String) throws(TokenFileError) {
    tokens.remove(at: try index(of: name))
  }

  /// Gives a token a new secret. Older ones count until `end`, or until they would have ended.
  ///
  /// - Parameters:
  ///   - expires: of the new secret; nil for never.
  ///   - isEndGiven: whether `expires` was said: a token that ends never comes to last for ever by
  ///     what was left out.
  ///   - now: secrets that have ended by then are dropped.
  /// - Throws: `TokenFileError` where none has the name, or one that ends is renewed without a
  ///   word on that.
  package mutating func rotate(
    _ name: String, to digest: TokenDigest, expires: Timestamp?, isEndGiven: Bool,
    olderUntil end: Timestamp, now: Timestamp
  ) throws(TokenFileError) {
    let index = try index(of: name)
    if !isEndGiven, let last = tokens[index].secrets.first?.expires {
      throw TokenFileError(
        "The token \(name) ends at \(last). Say when its new secret does: --expires 90d, or "
          + "--expires never.")
    }
    let older = tokens[index].secrets.filter { $0.isValid(at: now) }.map {
      TokenSecret($0.digest, expires: min($0.expires ?? end, end))
    }
    tokens[index].secrets =
      [TokenSecret(digest, expires: expires)] + older.prefix(Self.secretsMax - 1)
  }

  private func index(of name: String) throws(TokenFileError) -> Int {
    guard let index = tokens.firstIndex(where: { $0.name == name }) else {
      throw TokenFileError("There is no token of the name \(name).")
    }
    return index
  }
}
