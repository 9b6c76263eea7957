/// Where a program writes its progress.
package enum ProgressSource: Int, Hashable, Sendable, CaseIterable {
  /// Standard output.
  case stdout
  /// Standard error.
  case stderr
  /// A descriptor for progress alone.
  case descriptor
}
