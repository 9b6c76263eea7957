/// A block of `-progress`: keys and values, one a line, up to `progress=`. Values may be `N/A`, may
/// begin with spaces, and what was copied without a decoder has no frames.
struct FFmpegBlock {
  private var sample = ProgressSample()

  /// Takes a line.
  ///
  /// - Returns: what the block says, and whether it is the last one, once it is complete.
  mutating func read(_ line: LineScanner) -> (ProgressSample, isFinal: Bool)? {
    var line = line
    if line.skip("progress=") {
      defer { sample = ProgressSample() }
      return (sample, line.skip("end"))
    }
    if Self.skip("frame=", &line) { sample.frame = line.integer() }
    if Self.skip("fps=", &line) { sample.fps = line.number() }
    if Self.skip("total_size=", &line) { sample.outputBytes = line.integer() }
    // Not `out_time_ms`, which is microseconds as well (5.1 to 9.0).
    if Self.skip("out_time_us=", &line) {
      sample.outputSeconds = line.number().map { $0 / 1_000_000 }
    }
    if Self.skip("speed=", &line) { sample.speed = line.number() }
    return nil
  }

  private static func skip(_ key: String, _ line: inout LineScanner) -> Bool {
    guard line.skip(key) else { return false }
    line.skipSpaces()
    return true
  }
}
