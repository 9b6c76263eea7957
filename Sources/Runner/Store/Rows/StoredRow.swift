/// One row of a result, of whichever database: what the codecs of this folder read. A column has
/// the same number in each.
protocol StoredRow: ~Copyable {
  /// A column as a number; 0 for NULL.
  func integer(_ column: Int32) -> Int64
  /// A column as bytes; none for NULL.
  func blob(_ column: Int32) -> [UInt8]
  /// A column as text; empty for NULL.
  func text(_ column: Int32) -> String
  /// Whether a column is NULL.
  func isNull(_ column: Int32) -> Bool
}

extension StoredRow where Self: ~Copyable {
  /// A column as a number, or nil for NULL.
  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  /// A column as text, or nil for NULL.
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}

extension SQLRow: StoredRow {}
