/// The files that the jobs of an entry take and give back.
package struct FileRules: Hashable, Sendable {
  /// Bytes of all files together that a job takes; 0 for none.
  package var inBytesMax: Int
  /// Names of the files that a job gives back; empty for none.
  package var patterns: [FilePattern]
  /// Bytes of all files together that are kept of a job.
  package var keptBytesMax: Int

  /// Files of one job that are taken, and as many that are kept.
  package static let filesMax = 64

  /// Rules that take `inBytesMax` bytes, and keep what matches `patterns` within `keptBytesMax`.
  package init(inBytesMax: Int, patterns: [FilePattern], keptBytesMax: Int) {
    self.inBytesMax = inBytesMax
    self.patterns = patterns
    self.keptBytesMax = keptBytesMax
  }
}
