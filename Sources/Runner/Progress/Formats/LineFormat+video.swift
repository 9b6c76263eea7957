/// Encoders, decoders and multiplexers of video.
extension LineFormat {
  /// `Progress: 67%`, with `--gui-mode` `#GUI#progress 82%`.
  static let mkvmerge = LineFormat([.stdout]) { line in
    guard line.skip("Progress: ") || line.skip("#GUI#progress ") else { return nil }
    return line.lastPercent().map { ProgressSample(fraction: $0) }
  }

  /// `[67.0%] 402/600 frames, 127.16 fps, …`, and `295 frames: 262.63 fps, …` where the length of
  /// the input is not known (x264, x265).
  static let x264 = LineFormat([.stderr]) { line in
    var fraction: Double?
    if line.skip("[") {
      fraction = LineScanner.fraction(ofPercent: line.number())
      guard fraction != nil, line.skip("%] ") else { return nil }
    }
    guard let frame = line.integer() else { return nil }
    if line.skip("/") { _ = line.integer() }
    guard line.skip(" frames, ") || line.skip(" frames: ") else { return nil }
    return ProgressSample(fraction: fraction, fps: line.number(), frame: frame)
  }

  /// `encoded 30/60 frames, 7.008 fps, …`; without `/60` where the length is not known.
  static let rav1e = LineFormat([.stderr]) { line in
    guard line.skip("encoded "), let frame = line.integer() else { return nil }
    let count = line.skip("/") ? line.integer() : nil
    guard line.skip(" frames, ") else { return nil }
    let fraction = ProgressSample.share(Double(frame), of: count.map { Double($0) })
    return ProgressSample(fraction: fraction, fps: line.number(), frame: frame)
  }

  /// `Decoded 226/450 frames (50.2%) - 127.59/30.00 fps (4.25x)`.
  static let dav1d = LineFormat([.stderr]) { line in
    guard line.skip("Decoded "), let frame = line.integer(), line.skip("/") else { return nil }
    let count = line.integer()
    guard line.skip(" frames (") else { return nil }
    var sample = ProgressSample(
      fraction: ProgressSample.share(Double(frame), of: count.map { Double($0) }), frame: frame)
    if line.seek(" - ") { sample.fps = line.number() }
    if line.seek(" fps (") { sample.speed = line.number() }
    return sample
  }

  /// `Current Frame:        303, percentage:         50`.
  static let melt = LineFormat([.stderr]) { line in
    guard line.skip("Current Frame:") else { return nil }
    line.skipSpaces()
    let frame = line.integer()
    guard line.skip(", percentage:") else { return nil }
    line.skipSpaces()
    return ProgressSample(fraction: LineScanner.fraction(ofPercent: line.number()), frame: frame)
  }

  /// `progressreport0 (00:00:02): 1106 / 1500 seconds (73.7 %)`.
  static let gstreamer = LineFormat([.stdout]) { line in
    guard line.seek("): ") else { return nil }
    line.skipSpaces()
    let done = line.number()
    guard line.skip(" / ") else { return nil }
    line.skipSpaces()
    guard let whole = line.number(), line.skip(" seconds (") else { return nil }
    return ProgressSample(
      fraction: ProgressSample.share(done, of: whole), outputSeconds: done)
  }

  /// `Pos:  10.0s    301f (52%) 99.54fps Trem:   0min …`.
  static let mencoder = LineFormat([.stdout]) { line in
    guard line.skip("Pos:") else { return nil }
    line.skipSpaces()
    guard let seconds = line.number(), line.skip("s") else { return nil }
    line.skipSpaces()
    let frame = line.integer()
    guard line.skip("f (") else { return nil }
    line.skipSpaces()
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%)") else { return nil }
    line.skipSpaces()
    return ProgressSample(
      fraction: fraction, fps: line.number(), frame: frame, outputSeconds: seconds)
  }
}
