internal import RunnerCore
package import TextFormats

/// The tokens of a token file: `{"tokens": […]}`, each an object with `name`, `may`, `entries`,
/// `jobs`, `created` and `secrets`, and those of its quota: `running`, `queued`, `kept`,
/// `submissions`.
///
/// The file is written by `http-runner token` and may be edited by hand. Unknown members are
/// refused: a misspelt `expires` must not make a token that never does.
package struct TokenFile: Hashable, Sendable {
  /// Bytes of a file: 100,000 tokens with some entries each.
  package static let bytesMax = 64 << 20
  /// Secrets of one token: the newest, and what it was rotated from.
  package static let secretsMax = 4

  /// In the order of the file.
  package internal(set) var tokens: [TokenRecord]

  /// A file of these tokens.
  package init(tokens: [TokenRecord] = []) {
    self.tokens = tokens
  }

  /// Reads a token file. An empty text holds no tokens.
  ///
  /// - Throws: `TokenFileError` for the first fault.
  package init(_ bytes: [UInt8]) throws(TokenFileError) {
    guard bytes.count <= Self.bytesMax else {
      throw TokenFileError("It is longer than \(Self.bytesMax >> 20) MiB.")
    }
    let root: JSONNode
    do throws(JSONSyntaxError) {
      root = try JSONReader.read(bytes, as: .json)
    } catch {
      guard error.kind != .empty else {
        self.init()
        return
      }
      var source = JSONSource(bytes)
      throw TokenFileError(
        "It is no JSON: \(error.reason).", position: source.position(at: error.offset))
    }
    self.init(tokens: try TokenFileReader(bytes).tokens(of: root))
  }

  /// The text of the file: one token a line, so that a difference of two versions can be read.
  package var bytes: [UInt8] {
    let lines = tokens.map { "  " + String(decoding: Self.text(of: $0), as: UTF8.self) }
    return Array("{\"tokens\": [\n\(lines.joined(separator: ",\n"))\n]}\n".utf8)
  }

  /// Writes the members of a token that hold no secret: `name`, `may`, `entries` where it names
  /// some, `jobs`, those of its quota and `created`.
  package static func writePublicMembers(of token: TokenRecord, to writer: inout JSONWriter) {
    writer.key("name")
    writer.string(token.name)
    writer.key("may")
    writer.beginArray()
    for scope in AccessScope.grantable where token.grant.scopes.contains(scope) {
      writer.string(scope.rawValue)
    }
    writer.endArray()
    if case .named(let names) = token.grant.entries {
      writer.key("entries")
      writer.beginArray()
      for name in names.sorted() { writer.string(name) }
      writer.endArray()
    }
    writer.key("jobs")
    writer.string(token.grant.jobs.rawValue)
    for (member, bound) in token.grant.quota.members {
      writer.key(member.rawValue)
      writer.number(bound)
    }
    writer.key("created")
    writer.string("\(token.created)")
  }

  private static func text(of token: TokenRecord) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writePublicMembers(of: token, to: &writer)
    writer.key("secrets")
    writer.beginArray()
    for secret in token.secrets {
      writer.beginObject()
      writer.key("sha256")
      writer.string(secret.digest.hexadecimal)
      if let expires = secret.expires {
        writer.key("expires")
        writer.string("\(expires)")
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }
}
