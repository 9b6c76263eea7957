/// Where jobs are kept: `sqlite`, or `postgresql:` and a connection string of libpq, or a URI that
/// begins with `postgres://`.
package struct StoreValue: Hashable, Sendable {
  /// As it was given.
  let text: String
  /// The connection string, `key=value` pairs or a URI; nil for SQLite.
  package let connectionString: String?

  private static let prefix = "postgresql:"

  /// - Throws: `ValueError` for another text.
  static func parse(_ text: String) throws(ValueError) -> StoreValue {
    guard text != "sqlite" else { return StoreValue(text: text, connectionString: nil) }
    // As libpq takes it, too.
    if text.hasPrefix("postgres://") { return StoreValue(text: text, connectionString: text) }
    guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else {
      throw ValueError(
        "It is sqlite, or postgresql: and a connection string.", hidesValue: true)
    }
    let rest = String(text.dropFirst(prefix.count))
    // A URI has the prefix itself.
    return StoreValue(text: text, connectionString: rest.hasPrefix("//") ? text : rest)
  }

  /// The connection string of a text that names a database; nil for another text, as `sqlite`.
  package static func connectionString(in text: String) -> String? {
    do throws(ValueError) {
      return try parse(text).connectionString
    } catch {
      return nil
    }
  }
}
