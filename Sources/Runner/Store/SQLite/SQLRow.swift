import CSQLite

/// One row of a result, for as long as the statement stands on it: it is only ever borrowed.
///
/// SAFETY: the statement stands on a row while `SQLDatabase.query` lends this value, which cannot
/// be copied. Each index is that of a column which the statement of the caller names: SQLite leaves
/// the result for others undefined (https://sqlite.org/c3ref/column_blob.html). It converts the
/// type.
@safe
struct SQLRow: ~Copyable {
  private let statement: OpaquePointer

  init(_ statement: OpaquePointer) {
    unsafe self.statement = statement
  }

  /// Column `index` as a number; 0 for NULL.
  func integer(_ index: Int32) -> Int64 {
    unsafe sqlite3_column_int64(statement, index)
  }

  /// Column `index` as a number, or nil for NULL.
  func optionalInteger(_ index: Int32) -> Int64? {
    isNull(index) ? nil : integer(index)
  }

  /// Column `index` as bytes; none for NULL.
  func blob(_ index: Int32) -> [UInt8] {
    // SAFETY: the bytes hold until the statement moves on, and are copied here.
    guard let bytes = unsafe sqlite3_column_blob(statement, index) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(statement, index))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// Column `index` as text, what is no UTF-8 replaced; empty for NULL.
  func text(_ index: Int32) -> String {
    String(decoding: blob(index), as: UTF8.self)
  }

  /// Column `index` as text, or nil for NULL.
  func optionalText(_ index: Int32) -> String? {
    isNull(index) ? nil : text(index)
  }

  /// All columns.
  var values: [SQLValue] {
    let count = unsafe sqlite3_column_count(statement)
    return (0..<count).map { index in
      switch unsafe sqlite3_column_type(statement, index) {
      case SQLITE_INTEGER: .integer(integer(index))
      case SQLITE_TEXT: .text(text(index))
      case SQLITE_BLOB: .blob(blob(index))
      default: .null
      }
    }
  }

  /// Whether column `index` is NULL.
  func isNull(_ index: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, index) == SQLITE_NULL
  }
}
