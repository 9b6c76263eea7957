/// The progress of one run, from the bytes that its program writes.
package struct ProgressTracker: Sendable {
  /// Largest fraction of a run that has not ended well.
  static let fractionMax = 0.99
  private static let secondsMax = 1e9
  private static let rateMax = 1e7
  /// Least share of the expected output that counts as all of it.
  private static let wholeShare = 0.9
  /// Seconds that may be missing of any output.
  private static let missingSecondsMax = 1.0

  private var format: any ProgressFormat
  private var splitters: [LineSplitter]
  private var pace = ProgressPace()
  /// Microseconds at which the run began, later by the time that it was frozen.
  private var began: Int64
  private var frozenSince: Int64?
  /// How far the program has come.
  package private(set) var progress = JobProgress()
  /// Whether the program exited with 0 and less than nine tenths of the output that was to come.
  package private(set) var isShort = false

  /// - Parameters:
  ///   - arguments: all that the program gets behind its name.
  ///   - microseconds: monotonic time at the start of the program.
  package init(_ kind: ProgressKind, arguments: [String], at microseconds: Int64) {
    format = kind.format(for: arguments)
    splitters = ProgressSource.allCases.map { _ in LineSplitter() }
    began = microseconds
  }

  /// Whether the program writes its progress there.
  package func reads(_ source: ProgressSource) -> Bool { format.sources.contains(source) }

  /// Takes what the program wrote.
  package mutating func read(
    _ bytes: ArraySlice<UInt8>, of source: ProgressSource, at microseconds: Int64
  ) {
    guard reads(source) else { return }
    var newest: ProgressSample?
    var fraction: Double?
    var splitter = splitters[source.rawValue]
    splitter.split(bytes) { line in
      guard let sample = format.sample(in: LineScanner(line), of: source) else { return }
      newest = sample
      fraction = [fraction, sample.fraction].compactMap { $0 }.max()
    }
    splitters[source.rawValue] = splitter
    guard var sample = newest else { return }
    sample.fraction = fraction
    take(sample, at: microseconds)
  }

  /// Bytes were lost: the line that stands there is left out.
  package mutating func skipLine(of source: ProgressSource) {
    splitters[source.rawValue].skipLine()
  }

  /// Nothing came for a while: what is held of a line is the newest update of a program that writes
  /// its separator in front.
  package mutating func readHeldLines(at microseconds: Int64) {
    for source in format.sources {
      let line = splitters[source.rawValue].heldLine
      guard !line.isEmpty else { continue }
      // On a copy: the line comes again when it is complete.
      var format = format
      if let sample = format.sample(in: LineScanner(line), of: source) {
        take(sample, at: microseconds)
      }
    }
  }

  /// The run is frozen, or goes on: the time between counts for no pace.
  package mutating func setFrozen(_ isFrozen: Bool, at microseconds: Int64) {
    if let frozenSince {
      guard !isFrozen else { return }
      began += max(0, microseconds - frozenSince)
    }
    frozenSince = isFrozen ? microseconds : nil
  }

  /// The run is over.
  ///
  /// - Parameter isSuccess: whether its program exited with 0, unasked.
  package mutating func finish(isSuccess: Bool, at microseconds: Int64) {
    readHeldLines(at: microseconds)
    progress.etaSeconds = nil
    guard isSuccess else { return }
    if let output = format.finalOutput {
      isShort =
        output.seconds < output.expected * Self.wholeShare
        && output.expected - output.seconds > Self.missingSecondsMax
    }
    if !isShort { progress.fraction = 1 }
  }

  private mutating func take(_ sample: ProgressSample, at microseconds: Int64) {
    let old = progress
    progress.speed = Self.bounded(sample.speed, Self.rateMax)
    progress.fps = Self.bounded(sample.fps, Self.rateMax)
    progress.outputSeconds =
      Self.bounded(sample.outputSeconds, Self.secondsMax) ?? old.outputSeconds
    progress.frame = Self.bounded(sample.frame) ?? old.frame
    progress.outputBytes = Self.bounded(sample.outputBytes) ?? old.outputBytes
    progress.stage = sample.stage.map(Self.printable)
    guard let fraction = Self.bounded(sample.fraction, 1) else { return }
    progress.fraction = max(old.fraction ?? 0, min(fraction, Self.fractionMax))
    let working = (frozenSince ?? microseconds) - began
    pace.record(progress.fraction ?? 0, at: Double(max(0, working)) / 1_000_000)
    progress.etaSeconds = pace.etaSeconds
  }

  private static func bounded(_ value: Double?, _ max: Double) -> Double? {
    value.flatMap { (0...max).contains($0) ? $0 : nil }
  }

  private static func bounded(_ count: UInt64?) -> UInt64? {
    count.flatMap { Double($0) < ProgressSample.countMax ? $0 : nil }
  }

  /// The start of a name, without control characters.
  private static func printable(_ text: String) -> String {
    var bytes = 0
    let scalars = text.unicodeScalars.prefix { scalar in
      bytes += UTF8.width(scalar)
      return bytes <= JobProgress.stageBytesMax
    }
    return String(
      String.UnicodeScalarView(
        scalars.filter { $0.properties.generalCategory != .control }))
  }
}
