/// SvtAv1EncApp: the number of the frame over itself, or `Encoding frame  101 424.76 kbps 147.86
/// fps` (`--progress 2`). How many there are is known where `-n` says it.
struct SVTAV1Format: ProgressFormat {
  let sources = [ProgressSource.stderr]
  /// Columns of a number that is printed over itself.
  private static let numberColumns = 9
  private let frameCount: Double?

  init(arguments: [String]) {
    frameCount = arguments.number(behind: ["-n", "--frames"])
  }

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    var line = line
    let width = line.rest.count
    if line.skip("Encoding frame ") {
      line.skipSpaces()
      guard let frame = line.integer() else { return nil }
      line.skipSpaces()
      _ = line.number()
      var sample = sample(frame)
      if line.skip(" kbps ") { sample.fps = line.number() }
      return sample
    }
    line.skipSpaces()
    guard width == Self.numberColumns, let frame = line.integer(), line.next == nil else {
      return nil
    }
    return sample(frame)
  }

  private func sample(_ frame: UInt64) -> ProgressSample {
    ProgressSample(fraction: ProgressSample.share(Double(frame), of: frameCount), frame: frame)
  }
}
