internal import CPostgreSQL

/// Where a database is, and how it is spoken to.
package struct PostgreSQLSettings: Hashable, Sendable {
  /// libpq's connection string: `key=value` pairs, or a URI
  /// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
  package let connectionString: String
  /// Name under which the server lists its sessions.
  package var applicationName = "http-runner"
  /// Seconds until a connection must stand, 1 to 60.
  package var connectSeconds = 5.0
  /// Seconds until the server must have answered a statement; then the connection is given up.
  package var statementSeconds = 30.0

  /// Settings of the database that a connection string names.
  ///
  /// - Throws: `PostgreSQLFailure` where libpq does not understand it, or it has a password,
  ///   that of the database or of a key:
  ///   command lines and configurations are read by others.
  package init(_ connectionString: String) throws(PostgreSQLFailure) {
    self.connectionString = connectionString
    guard try !Self.hasSecret(connectionString, PostgreSQLLibrary.load()) else {
      throw PostgreSQLFailure(
        .connection,
        "The connection string has a password, which others could read. Put it into a file of the "
          + "service's user with mode 0600, and name that: passfile=/etc/http-runner/pgpass.")
    }
  }

  /// Whether a connection string sets an option whose value libpq says must not be shown.
  private static func hasSecret(
    _ text: String, _ library: PostgreSQLLibrary
  ) throws(PostgreSQLFailure) -> Bool {
    // SAFETY: PQconninfoParse writes a text into `message` where it fails, which PQfreemem frees,
    // and returns an array that PQconninfoFree frees and a nil keyword ends.
    var message: UnsafeMutablePointer<CChar>?
    guard let array = unsafe library.functions.PQconninfoParse(text, &message) else {
      unsafe library.functions.PQfreemem(message)
      // The message has words of the string, which may be a password.
      throw PostgreSQLFailure(
        .connection,
        "The connection string is wrong: it is key=value pairs with spaces between them, a value "
          + "with spaces in single quotes, or a URI.")
    }
    defer { unsafe library.functions.PQconninfoFree(array) }
    var option = unsafe array
    // SAFETY: a nil keyword ends the array; `dispchar` is a C string.
    while unsafe option.pointee.keyword != nil {
      let display = unsafe option.pointee.dispchar.map { unsafe String(cString: $0) }
      if display == "*", unsafe option.pointee.val != nil { return true }
      unsafe option += 1
    }
    return false
  }

  /// The options of an array of libpq that have a value.
  static func options(in array: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    var options: [String: String] = [:]
    var option = unsafe array
    // SAFETY: a nil keyword ends the array.
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        unsafe options[String(cString: keyword)] = unsafe String(cString: value)
      }
      unsafe option += 1
    }
    return options
  }
}

extension String {
  /// The text as one line, without the end of lines that libpq writes.
  var oneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
      .joined(separator: " ")
  }
}
