/// How one kind of program prints its progress: a reader of single lines, with what it has to
/// remember of earlier ones.
protocol ProgressFormat: Sendable {
  /// Streams of the program that have its progress.
  var sources: [ProgressSource] { get }

  /// What `line` says; nil for lines that are no progress.
  mutating func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample?

  /// Seconds of output that the program has told of in its last update, and seconds that were to
  /// come; nil where one is not known for certain.
  var finalOutput: (seconds: Double, expected: Double)? { get }
}

extension ProgressFormat {
  var finalOutput: (seconds: Double, expected: Double)? { nil }
}
