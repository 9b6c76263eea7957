/// Encoders of sound.
extension LineFormat {
  /// `In:48.0% 00:11:59.82 [00:13:00.18] Out:69.1M …`.
  static let sox = LineFormat([.stderr]) { line in
    guard line.skip("In:") else { return nil }
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("% ") else { return nil }
    return ProgressSample(fraction: fraction, outputSeconds: line.clock())
  }

  /// `62% complete, ratio=0.078`, once with the name of the file in front.
  static let flac = LineFormat([.stderr]) { line in
    let whole = line
    guard line.seek("% complete, ratio=") else { return nil }
    return whole.lastPercent().map { ProgressSample(fraction: $0) }
  }

  /// ` 11500/22970  (50%)|    0:03/    0:06|    0:03/    0:06|   97.789x|    0:03 `.
  static let lame = LineFormat([.stderr]) { line in
    line.skipSpaces()
    guard let frame = line.integer(), line.skip("/") else { return nil }
    line.skipSpaces()
    guard let count = line.integer() else { return nil }
    line.skipSpaces()
    guard line.skip("("), line.seek("%)|"), line.seek("|"), line.seek("|") else { return nil }
    line.skipSpaces()
    return ProgressSample(
      fraction: ProgressSample.share(Double(frame), of: Double(count)), speed: line.number(),
      frame: frame)
  }

  /// `[-] 82% 00:08:12.48 98.5x realtime, 63.49 kbit/s`.
  static let opusenc = LineFormat([.stderr]) { line in
    guard line.skip("["), line.seek("] ") else { return nil }
    line.skipSpaces()
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("% "), let seconds = line.clock() else { return nil }
    line.skipSpaces()
    let speed = line.number()
    guard line.skip("x realtime") else { return nil }
    return ProgressSample(fraction: fraction, speed: speed, outputSeconds: seconds)
  }

  /// `[ 50.0%] [ 0m06s remaining] - `.
  static let oggenc = LineFormat([.stderr]) { line in
    line.skipSpaces()
    guard line.skip("[") else { return nil }
    line.skipSpaces()
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%] ["), line.seek(" remaining]") else { return nil }
    return ProgressSample(fraction: fraction)
  }
}
