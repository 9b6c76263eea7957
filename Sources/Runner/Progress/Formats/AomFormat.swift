/// aomenc and vpxenc: `Pass 1/2 frame   51/50     78991B  192720 us 264.63 fps [ETA  0:00:00]`.
/// Nothing says how many frames there are, except `--limit`; else the share is that of the time.
struct AomFormat: ProgressFormat {
  let sources = [ProgressSource.stderr]
  private let limit: Double?

  init(arguments: [String]) {
    let prefix = "--limit="
    let text = arguments.last { $0.hasPrefix(prefix) }
    limit = text.flatMap { Double(finite: $0.dropFirst(prefix.count)) }
  }

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    var line = line
    guard line.skip("Pass "), let pass = line.integer(), line.skip("/"),
      let count = line.integer(), line.skip(" frame "), pass >= 1, pass <= count
    else { return nil }
    line.skipSpaces()
    guard let frame = line.integer() else { return nil }
    var sample = ProgressSample(frame: frame, stage: "pass \(pass) of \(count)")
    guard line.seek("B ") else { return sample }
    line.skipSpaces()
    let elapsed = line.number()
    line.skipSpaces()
    let unit = line.word()
    line.skipSpaces()
    sample.fps = line.number()
    var part = ProgressSample.share(Double(frame), of: limit)
    if limit == nil, line.seek("[ETA"), let elapsed {
      line.skipSpaces()
      let seconds = elapsed / (unit == "us" ? 1_000_000 : 1000)
      if let left = line.clock() { part = ProgressSample.share(seconds, of: seconds + left) }
    }
    sample.fraction = part.map { (Double(pass - 1) + $0) / Double(count) }
    return sample
  }
}
