internal import CPostgreSQL
internal import Glibc

/// libpq, loaded once a process asks for it.
///
/// SAFETY: the functions are those of the header that the fields are made from, and what dlopen(3)
/// loaded is never unloaded.
@safe
package struct PostgreSQLLibrary: Sendable {
  let functions: cpostgresql

  /// The library, or why it cannot be loaded.
  private static let loaded: Result<PostgreSQLLibrary, PostgreSQLFailure> = {
    unsafe withUnsafeTemporaryAllocation(of: cpostgresql.self, capacity: 1) { functions in
      guard let first = functions.baseAddress, unsafe cpostgresql_load(first) == 0 else {
        let why = unsafe dlerror().map { unsafe String(cString: $0) } ?? "it has not all functions"
        return .failure(
          PostgreSQLFailure(
            .connection,
            "libpq, the client library of PostgreSQL, cannot be loaded: \(why). Install libpq5."))
      }
      return unsafe .success(PostgreSQLLibrary(functions: first.pointee))
    }
  }()

  /// Loads the library.
  ///
  /// - Throws: `PostgreSQLFailure` where it is not installed.
  package static func load() throws(PostgreSQLFailure) -> PostgreSQLLibrary { try loaded.get() }
}
