internal import CPostgreSQL

/// One row of a result, while `PostgreSQLConnection.query` lends it.
///
/// SAFETY: the result is cleared after the last row was lent, and this value cannot be copied.
/// libpq answers nil and 0 for a column that the result has not.
@safe
package struct PostgreSQLRow: ~Copyable {
  private let library: PostgreSQLLibrary
  private let result: OpaquePointer
  private let index: Int32

  init(_ library: PostgreSQLLibrary, _ result: OpaquePointer, _ index: Int32) {
    self.library = library
    unsafe self.result = result
    self.index = index
  }

  /// Column `column` as a number, of an integer type of any length or a Boolean; 0 for NULL.
  package func integer(_ column: Int32) -> Int64 {
    let bytes = blob(column)
    guard let first = bytes.first else { return 0 }
    // The sign goes to the bytes before.
    let start: Int64 = first >= 0x80 && bytes.count > 1 ? -1 : 0
    return bytes.reduce(start) { $0 << 8 | Int64($1) }
  }

  /// Column `column` as bytes; none for NULL.
  package func blob(_ column: Int32) -> [UInt8] {
    let functions = library.functions
    guard let bytes = unsafe functions.PQgetvalue(result, index, column) else { return [] }
    let count = unsafe Int(functions.PQgetlength(result, index, column))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// Column `column` as text, what is no UTF-8 replaced; empty for NULL.
  package func text(_ column: Int32) -> String { String(decoding: blob(column), as: UTF8.self) }

  /// Whether column `column` is NULL.
  package func isNull(_ column: Int32) -> Bool {
    unsafe library.functions.PQgetisnull(result, index, column) == 1
  }
}
