package import RunnerCore

/// One token of a token file: its holder's name, what it grants, and its secrets.
package struct TokenRecord: Hashable, Sendable {
  /// Characters of a name.
  package static let nameLengths = 1...64

  /// Name of its principal, unique in its file; jobs, quotas and the audit log go by it.
  package let name: String
  /// What its holder may do.
  package let grant: AccessGrant
  /// When it was made.
  package let created: Timestamp
  /// Newest first; none that is kept without need.
  package internal(set) var secrets: [TokenSecret]

  /// On whose behalf its holder's requests are made. No address has a slash, so that no token is
  /// taken for one.
  package let principal: Principal

  /// A token of these.
  ///
  /// - Parameter name: one that `isName` takes.
  package init(name: String, grant: AccessGrant, created: Timestamp, secrets: [TokenSecret]) {
    self.name = name
    self.principal = Principal(name: "token/\(name)")
    self.grant = grant
    self.created = created
    self.secrets = secrets
  }

  /// Whether `text` can name a token: letters, digits, `.`, `_`, `-` and `@` of ASCII, beginning
  /// with a letter or digit. Names of principals come into logs, URLs and columns as they are.
  package static func isName(_ text: String) -> Bool {
    nameLengths.contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
      && !["-", ".", "@", "_"].contains(text.prefix(1))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-@".utf8.contains(byte)
    }
  }
}
