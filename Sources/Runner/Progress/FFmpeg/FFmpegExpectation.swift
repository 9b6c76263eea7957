/// How long the output of ffmpeg will be: from its arguments, and from what it prints of its
/// inputs.
///
/// Nil where it cannot be known: live inputs and pipes, durations that ffmpeg only estimates,
/// options and filters that stretch time, inputs or outputs that do not agree.
struct FFmpegExpectation: Sendable {
  /// How far the lengths of several inputs or outputs may differ and count as one.
  private static let toleranceShare = 0.05

  private let commandLine: FFmpegCommandLine
  /// Durations of the inputs that were printed, by their numbers.
  private var durations: [Int: Double] = [:]
  /// Inputs that were announced; a duration belongs to the last one.
  private var announcedInputs = 0
  private var isEstimate = false
  /// Seconds of output; nil where they cannot be known.
  private(set) var seconds: Double?
  /// Whether an input has that much, so that less output is too little.
  private(set) var isCertain = false

  init(_ commandLine: FFmpegCommandLine) {
    self.commandLine = commandLine
    update()
  }

  /// Takes a line of standard error.
  mutating func read(_ line: LineScanner) {
    var line = line
    if line.skip("  Duration: ") {
      guard announcedInputs > 0, durations[announcedInputs - 1] == nil else { return }
      let duration = line.clock()
      durations[announcedInputs - 1] = isEstimate ? nil : duration
      isEstimate = false
      update()
    } else if line.skip("Input #") {
      announcedInputs += 1
    } else if line.skip("["), line.seek("] Estimating duration from bitrate") {
      isEstimate = true
    }
  }

  private mutating func update() {
    let lengths = commandLine.outputs.map { length(of: $0) }
    seconds = Self.common(lengths.map { $0.seconds })
    if seconds == 0 { seconds = nil }
    isCertain = lengths.allSatisfy(\.isCertain)
  }

  /// The largest of lengths that agree; nil where they do not, or one is not known.
  private static func common(_ lengths: [Double?]) -> Double? {
    let known = lengths.compactMap { $0 }
    guard known.count == lengths.count, let most = known.max(), let least = known.min(),
      most - least <= most * toleranceShare
    else { return nil }
    return most
  }

  private func length(
    of output: FFmpegCommandLine.File
  ) -> (seconds: Double?, isCertain: Bool) {
    let isShifted = output.copies && (output.start != nil || output.hasRate)
    guard !output.isUnpredictable, !isShifted,
      !commandLine.inputs.contains(where: { $0.isUnpredictable || $0.hasRate })
    else { return (nil, false) }
    let start = output.start ?? 0
    let inputs = commandLine.inputs.indices.map { length(ofInput: $0) }
    let source = Self.common(inputs).map { max(0, $0 - start) }
    let asked = output.length ?? output.end.map { max(0, $0 - start) }
    guard let source else { return (asked, false) }
    return (min(source, asked ?? source), commandLine.inputs.indices.allSatisfy(hasDuration))
  }

  private func hasDuration(_ index: Int) -> Bool { durations[index] != nil }

  private func length(ofInput index: Int) -> Double? {
    let input = commandLine.inputs[index]
    let asked = input.length ?? input.end.map { max(0, $0 - (input.start ?? 0)) }
    let isPipe =
      input.name == "-" || input.name == "/dev/stdin" || input.name.hasPrefix("pipe:")
      || input.name.hasPrefix("fd:")
    guard !isPipe, let duration = durations[index], let count = input.readCount else {
      return asked
    }
    var length = duration * count - (input.start ?? 0)
    if let rest = input.startFromEnd { length = min(length, rest) }
    return max(0, min(length, asked ?? length))
  }
}
