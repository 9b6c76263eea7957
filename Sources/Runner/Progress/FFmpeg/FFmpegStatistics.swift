/// The line of statistics that ffmpeg prints over itself: `frame=  320 fps=158 q=29.0 size=
/// 768kB time=00:00:10.72 bitrate= 586.5kbits/s speed=5.29x`; without frames for sound.
struct FFmpegStatistics {
  private(set) var sample = ProgressSample()
  /// Whether it is the last one of the run (`Lsize=`).
  private(set) var isFinal = false

  /// - Returns: nil for any other line.
  init?(_ line: LineScanner) {
    var line = line
    if line.skip("frame=") {
      line.skipSpaces()
      sample.frame = line.integer()
      guard line.seek(" fps=") else { return nil }
      line.skipSpaces()
      sample.fps = line.number()
      let rest = line
      isFinal = line.seek(" Lsize=")
      if !isFinal { line = rest }
      guard isFinal || line.seek(" size=") else { return nil }
    } else {
      isFinal = line.skip("Lsize=")
      guard isFinal || line.skip("size=") else { return nil }
    }
    sample.outputBytes = Self.size(&line)
    guard line.seek(" time=") else { return nil }
    sample.outputSeconds = line.clock()
    if line.seek(" speed=") {
      line.skipSpaces()
      sample.speed = line.number()
    }
  }

  /// `768kB` of ffmpeg 5 and `1024KiB` of later ones, both of 1024 bytes; `N/A` where there is no
  /// one file.
  private static func size(_ line: inout LineScanner) -> UInt64? {
    line.skipSpaces()
    guard let size = line.integer() else { return nil }
    return line.skip("kB") || line.skip("KiB") ? size * 1024 : size
  }
}
