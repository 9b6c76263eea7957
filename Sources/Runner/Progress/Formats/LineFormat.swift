/// A format whose lines stand for themselves.
struct LineFormat: ProgressFormat {
  let sources: [ProgressSource]
  private let read: @Sendable (inout LineScanner) -> ProgressSample?

  /// - Parameter read: what a line says; nil for a line that is no progress.
  init(
    _ sources: [ProgressSource], _ read: @escaping @Sendable (inout LineScanner) -> ProgressSample?
  ) {
    self.sources = sources
    self.read = read
  }

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    var line = line
    return read(&line)
  }

  /// Lines that begin with `prefix`, behind spaces, and end with a percentage.
  static func percent(_ source: ProgressSource, after prefix: String) -> LineFormat {
    LineFormat([source]) { line in
      line.skipSpaces()
      guard line.skip(prefix) else { return nil }
      return line.lastPercent().map { ProgressSample(fraction: $0) }
    }
  }

  /// The last percentage of any line, of a program that prints no others.
  static let percent = LineFormat([.stdout, .stderr]) { line in
    line.lastPercent().map { ProgressSample(fraction: $0) }
  }
}
