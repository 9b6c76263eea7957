@testable import RunnerProgress

/// What programs print of their progress.
extension FuzzTarget {
  static let progress = [reader]

  /// The first byte chooses the kind of program, the second where the rest is cut; the rest up to a
  /// NUL is the command line, and behind it stands what the program prints.
  private static let reader = FuzzTarget(
    "progress",
    of: [
      "Sources/Runner/Progress/Lines/LineScanner.swift",
      "Sources/Runner/Progress/Lines/LineSplitter.swift",
      "Sources/Runner/Progress/FFmpeg/FFmpegCommandLine.swift",
      "Sources/Runner/Progress/FFmpeg/FFmpegExpectation.swift",
      "Sources/Runner/Progress/Tracking/ProgressTracker.swift",
    ],
    bytesMax: 512,
    seeds: [
      "-i a b\0Input #0, x:\n  Duration: 00:00:30.00\nframe=1 fps=1 size=1kB time=00:00:10.72 "
        + "speed=1x\r",
      "\0out_time_us=1\nspeed=N/A\nprogress=end\n", "-n 6\0\u{8}\u{8}      301",
      "\0\rIn:48.0% 00:11:59.82 ", "\0Progress: {\n \"Progress\": 0.5\n}\n",
      "\0{\"fraction\":0.5}\n50%\n", "\0[67.0%] 402/600 frames, 127.16 fps\r",
      "\0\rPass 1/2 frame 5/5 7B 2 ms 2 fps [ETA 0:00:02]\u{1b}[K",
    ].enumerated().map { [UInt8($0.offset), 9] + Array($0.element.utf8) }
      + ["-f nan", "-s inf -e inf"].map { arguments in
        [UInt8(ProgressKind.allCases.firstIndex(of: .blender) ?? 0), 9]
          + Array("\(arguments)\0Fra:1 Mem:9M | Sample 1/2\n".utf8)
      }
  ) { bytes in
    guard bytes.count > 2 else { return }
    let kind = ProgressKind.allCases[Int(bytes[0]) % ProgressKind.allCases.count]
    let parts = bytes.dropFirst(2).split(
      separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let arguments = String(decoding: parts[0], as: UTF8.self).split(separator: " ").map(String.init)
    let text = parts.count > 1 ? parts[1] : []
    let cut = text.index(text.startIndex, offsetBy: min(Int(bytes[1]), text.count))
    var whole = ProgressTracker(kind, arguments: arguments, at: 0)
    var pieces = ProgressTracker(kind, arguments: arguments, at: 0)
    for source in ProgressSource.allCases {
      whole.read(text, of: source, at: 1)
      pieces.read(text[..<cut], of: source, at: 1)
      let before = pieces.progress.fraction ?? 0
      pieces.read(text[cut...], of: source, at: 1)
      hold(pieces.progress.fraction ?? 0 >= before, "a fraction never falls")
    }
    hold(whole.progress.fraction == pieces.progress.fraction, "pieces make what the whole makes")
    whole.readHeldLines(at: 2_000_000)
    holdBounds(of: whole.progress, fractionMax: 0.99)
    whole.finish(isSuccess: true, at: 3_000_000)
    holdBounds(of: whole.progress, fractionMax: 1)
  }

  private static func holdBounds(of progress: JobProgress, fractionMax: Double) {
    if let fraction = progress.fraction {
      hold((0...fractionMax).contains(fraction), "a fraction is of 0...\(fractionMax)")
    }
    for value in [progress.etaSeconds, progress.speed, progress.fps, progress.outputSeconds] {
      guard let value else { continue }
      hold(value.isFinite && value >= 0, "a number that JSON has")
    }
    hold(progress.stage?.utf8.count ?? 0 <= JobProgress.stageBytesMax, "a short stage")
  }
}
