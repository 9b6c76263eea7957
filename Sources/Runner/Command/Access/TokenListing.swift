internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import TextFormats

/// What `token list` prints: no secret, and no digest.
enum TokenListing {
  static func text(_ file: TokenFile, at now: Timestamp) -> String {
    file.tokens.map { token in
      let scopes = scopes(of: token).joined(separator: ",")
      let secrets = token.secrets.map { secret in
        guard let expires = secret.expires else { return "no end" }
        return secret.isValid(at: now) ? "until \(expires)" : "ended \(expires)"
      }
      return "\(token.name)  may \(scopes)  entries \(entries(of: token) ?? "all")  "
        + "jobs \(token.grant.jobs.rawValue)  \(quota(of: token))"
        + "\(secrets.joined(separator: ", "))\n"
    }.joined()
  }

  static func json(_ file: TokenFile) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("tokens")
    writer.beginArray()
    for token in file.tokens {
      writer.beginObject()
      TokenFile.writePublicMembers(of: token, to: &writer)
      writer.key("expires")
      writer.beginArray()
      for secret in token.secrets {
        if let expires = secret.expires { writer.string("\(expires)") } else { writer.null() }
      }
      writer.endArray()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private static func scopes(of token: TokenRecord) -> [String] {
    AccessScope.grantable.filter(token.grant.scopes.contains).map(\.rawValue)
  }

  /// `running 2  kept 20G  `; empty where there is none.
  private static func quota(of token: TokenRecord) -> String {
    token.grant.quota.members.map { member, bound in
      "\(member.rawValue) \(member == .kept ? SizeValue.string(bound) : String(bound))  "
    }.joined()
  }

  private static func entries(of token: TokenRecord) -> String? {
    guard case .named(let names) = token.grant.entries else { return nil }
    return names.sorted().joined(separator: ",")
  }
}
