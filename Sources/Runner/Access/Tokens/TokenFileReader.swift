internal import RunnerCore
internal import TextFormats

/// Takes the tokens out of the tree of a token file, and says where what is wrong stands.
struct TokenFileReader {
  /// Members of a token.
  private static let members =
    ["name", "may", "entries", "jobs"] + PrincipalQuota.Member.allCases.map(\.rawValue) + [
      "created", "secrets",
    ]

  private let bytes: [UInt8]

  /// - Parameter bytes: the text, for positions.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The tokens below the root.
  ///
  /// - Throws: `TokenFileError` for a member that is missing, unknown or of another type, for a
  ///   name or a digest that stands twice.
  func tokens(of root: JSONNode) throws(TokenFileError) -> [TokenRecord] {
    let members = try object(root, "", known: ["tokens"])
    guard let list = members["tokens"] else {
      throw fault("It has no member `tokens`: {\"tokens\": []} holds none.", "", root)
    }
    var tokens: [TokenRecord] = []
    var names: Set<String> = []
    var digests: Set<TokenDigest> = []
    // Of equal grants one is kept: many tokens have the same.
    var grants: Set<AccessGrant> = []
    for (index, node) in try elements(list, "tokens").enumerated() {
      let token = try token(node, "tokens[\(index)]", &grants)
      guard names.insert(token.name).inserted else {
        throw fault("There are two tokens of the name \(token.name).", "tokens[\(index)]", node)
      }
      for secret in token.secrets where !digests.insert(secret.digest).inserted {
        throw fault("The digest of a secret stands twice in it.", "tokens[\(index)]", node)
      }
      tokens.append(token)
    }
    return tokens
  }

  private func token(
    _ node: JSONNode, _ path: String, _ grants: inout Set<AccessGrant>
  ) throws(TokenFileError) -> TokenRecord {
    let members = try object(
      node, path, known: Self.members)
    let name = try text(members["name"], "\(path).name", node)
    guard TokenRecord.isName(name) else {
      throw fault(
        "A name has 1 to 64 letters, digits, `.`, `_`, `-` or `@`, and begins with a letter or "
          + "digit.",
        "\(path).name", node)
    }
    let created = try moment(members["created"], "\(path).created", node)
    var secrets: [TokenSecret] = []
    for (index, node) in try elements(members["secrets"], "\(path).secrets").enumerated() {
      secrets.append(try secret(node, "\(path).secrets[\(index)]"))
    }
    guard (1...TokenFile.secretsMax).contains(secrets.count) else {
      throw fault(
        "A token has 1 to \(TokenFile.secretsMax) secrets.", "\(path).secrets", node)
    }
    let grant = grants.insert(try grant(members, path, node)).memberAfterInsert
    return TokenRecord(name: name, grant: grant, created: created, secrets: secrets)
  }

  private func grant(
    _ members: [String: JSONNode], _ path: String, _ node: JSONNode
  ) throws(TokenFileError) -> AccessGrant {
    var scopes: Set<AccessScope> = []
    for (index, item) in try elements(members["may"], "\(path).may").enumerated() {
      let word = try text(item, "\(path).may[\(index)]", item)
      guard let scope = AccessScope.grantable.first(where: { $0.rawValue == word }) else {
        let known = AccessScope.grantable.map(\.rawValue).joined(separator: ", ")
        throw fault("There is no scope `\(word)`; there are \(known).", "\(path).may", item)
      }
      scopes.insert(scope)
    }
    var entries = AccessGrant.Entries.all
    if let list = members["entries"] {
      var names: Set<String> = []
      for (index, item) in try elements(list, "\(path).entries").enumerated() {
        names.insert(try text(item, "\(path).entries[\(index)]", item))
      }
      entries = .named(names)
    }
    let word = try text(members["jobs"], "\(path).jobs", node)
    guard let jobs = AccessGrant.Visibility(rawValue: word) else {
      throw fault("It is `own` or `all`.", "\(path).jobs", members["jobs"] ?? node)
    }
    return AccessGrant(
      scopes: scopes, entries: entries, jobs: jobs, quota: try quota(members, path))
  }

  private func quota(
    _ members: [String: JSONNode], _ path: String
  ) throws(TokenFileError) -> PrincipalQuota {
    var quota = PrincipalQuota()
    for member in PrincipalQuota.Member.allCases {
      guard let node = members[member.rawValue] else { continue }
      guard case .number(let number) = node.content, let bound = number.integer,
        member.range.contains(bound)
      else {
        throw fault(
          "It is a whole number from \(member.range.lowerBound) to \(member.range.upperBound).",
          "\(path).\(member.rawValue)", node)
      }
      quota[member] = bound
    }
    return quota
  }

  private func secret(_ node: JSONNode, _ path: String) throws(TokenFileError) -> TokenSecret {
    let members = try object(node, path, known: ["sha256", "expires"])
    guard let digest = TokenDigest(hexadecimal: try text(members["sha256"], "\(path).sha256", node))
    else {
      throw fault("It is 64 hexadecimal digits in lower case.", "\(path).sha256", node)
    }
    let expires: Timestamp? =
      members["expires"] == nil ? nil : try moment(members["expires"], "\(path).expires", node)
    return TokenSecret(digest, expires: expires)
  }

  private func object(
    _ node: JSONNode, _ path: String, known: [String]
  ) throws(TokenFileError) -> [String: JSONNode] {
    guard case .object(let members) = node.content else {
      throw fault("An object is expected.", path, node)
    }
    var found: [String: JSONNode] = [:]
    for member in members {
      guard known.contains(member.key) else {
        throw fault(
          "There is no member `\(member.key)`; there are \(known.joined(separator: ", ")).", path,
          member.value)
      }
      found[member.key] = member.value
    }
    return found
  }

  private func elements(
    _ node: JSONNode?, _ path: String
  ) throws(TokenFileError) -> [JSONNode] {
    guard let node else { throw TokenFileError("It is missing.", path: path) }
    guard case .list(let elements) = node.content else {
      throw fault("A list is expected.", path, node)
    }
    return elements
  }

  private func text(
    _ node: JSONNode?, _ path: String, _ parent: JSONNode
  ) throws(TokenFileError) -> String {
    guard let node else { throw fault("It is missing.", path, parent) }
    guard case .text(let text) = node.content else {
      throw fault("A string is expected.", path, node)
    }
    return text
  }

  private func moment(
    _ node: JSONNode?, _ path: String, _ parent: JSONNode
  ) throws(TokenFileError) -> Timestamp {
    let text = try text(node, path, parent)
    guard let moment = Timestamp(rfc3339: text) else {
      throw fault(
        "It is a moment as RFC 3339 writes it: 2026-01-31T00:00:00Z.", path, node ?? parent)
    }
    return moment
  }

  private func fault(_ text: String, _ path: String, _ node: JSONNode) -> TokenFileError {
    var source = JSONSource(bytes)
    return TokenFileError(text, path: path, position: source.position(at: node.offset))
  }
}
