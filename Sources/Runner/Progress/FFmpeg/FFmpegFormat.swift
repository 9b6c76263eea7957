/// ffmpeg 5 to 9: the line of statistics on standard error, the blocks of `-progress`, and what it
/// prints of its inputs, from which it is known how long the output will be.
struct FFmpegFormat: ProgressFormat {
  let sources: [ProgressSource]
  private var expectation: FFmpegExpectation
  private var block = FFmpegBlock()
  /// Seconds of output of the last update.
  private var lastSeconds: Double?
  private var hasEnded = false

  init(arguments: [String]) {
    let commandLine = FFmpegCommandLine(arguments)
    expectation = FFmpegExpectation(commandLine)
    sources =
      commandLine.reportsToStdout ? [.stdout, .stderr, .descriptor] : [.stderr, .descriptor]
  }

  mutating func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    if source == .stderr {
      expectation.read(line)
      if let statistics = FFmpegStatistics(line) {
        hasEnded = statistics.isFinal
        return complete(statistics.sample)
      }
    }
    guard let (sample, isFinal) = block.read(line) else { return nil }
    hasEnded = isFinal
    return complete(sample)
  }

  private mutating func complete(_ sample: ProgressSample) -> ProgressSample {
    var sample = sample
    lastSeconds = sample.outputSeconds ?? lastSeconds
    if let seconds = sample.outputSeconds, let expected = expectation.seconds {
      sample.fraction = min(1, seconds / expected)
    }
    return sample
  }

  var finalOutput: (seconds: Double, expected: Double)? {
    guard hasEnded, expectation.isCertain, let lastSeconds, let expected = expectation.seconds
    else { return nil }
    return (lastSeconds, expected)
  }
}
