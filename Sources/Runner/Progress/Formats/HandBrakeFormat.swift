/// HandBrakeCLI: `Encoding: task 1 of 2, 9.22 % (1.07 fps, avg 6.35 fps, ETA 00h02m08s)`, or the
/// objects of `--json`, whose members stand on lines of their own.
struct HandBrakeFormat: ProgressFormat {
  let sources = [ProgressSource.stdout]
  private var object = ProgressSample()
  private var pass: Double?
  private var passCount: Double?
  private var isInObject = false

  mutating func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    var line = line
    if line.skip("Encoding: task ") { return Self.encoding(&line) }
    if line.skip("Scanning title ") { return ProgressSample(stage: "scan") }
    if line.skip("Progress: {") {
      self = HandBrakeFormat()
      isInObject = true
      return nil
    }
    guard isInObject else { return nil }
    if line.skip("}") { return finishObject() }
    readMember(&line)
    return nil
  }

  private static func encoding(_ line: inout LineScanner) -> ProgressSample? {
    guard let task = line.integer(), line.skip(" of "), let count = line.integer(),
      line.skip(", "), let percent = line.number(), line.skip(" %")
    else { return nil }
    let part = LineScanner.fraction(ofPercent: percent)
    var sample = ProgressSample(fraction: fraction(part, task: Double(task), of: Double(count)))
    if line.seek(", avg ") { sample.fps = line.number() }
    sample.stage = "task \(task) of \(count)"
    return sample
  }

  /// Each task has the same share of the whole: nothing says how long one takes.
  private static func fraction(_ part: Double?, task: Double, of count: Double) -> Double? {
    guard let part, task >= 1, task <= count else { return nil }
    return (task - 1 + part) / count
  }

  private mutating func readMember(_ line: inout LineScanner) {
    line.skipSpaces()
    if line.skip("\"Progress\": ") { object.fraction = line.number() }
    if line.skip("\"Pass\": ") { pass = line.number() }
    if line.skip("\"PassCount\": ") { passCount = line.number() }
    if line.skip("\"RateAvg\": ") { object.fps = line.number() }
    if line.skip("\"State\": \"") {
      object.stage = line.skip("SCANNING") ? "scan" : line.skip("MUXING") ? "mux" : nil
    }
  }

  private mutating func finishObject() -> ProgressSample? {
    defer { self = HandBrakeFormat() }
    if object.stage == "scan" { return ProgressSample(stage: "scan") }
    guard let part = object.fraction, part <= 1 else { return nil }
    if let pass, let passCount {
      object.fraction = Self.fraction(part, task: pass, of: passCount)
      if passCount > 1, object.stage == nil {
        object.stage = "pass \(Int(pass)) of \(Int(passCount))"
      }
    }
    return object
  }
}
