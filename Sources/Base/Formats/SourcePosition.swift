/// Where something stands in a file. Both count from 1; a column is a Unicode scalar, so that a tab
/// is one and a letter with its accent apart is two.
package struct SourcePosition: Hashable, Sendable, Comparable {
  /// Number of the line, counted from 1.
  package let line: Int
  /// Number of the Unicode scalar in its line, counted from 1.
  package let column: Int

  /// A position at `line` and `column`, both counted from 1.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
