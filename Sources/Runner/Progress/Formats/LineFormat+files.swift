/// Programs that copy, pack and fetch files.
extension LineFormat {
  /// `    269,342,233  62%   40.00MB/s    0:00:03  ` (`--info=progress2`).
  static let rsync = LineFormat([.stdout]) { line in
    line.skipSpaces()
    guard let bytes = line.groupedInteger(), line.skip(" ") else { return nil }
    line.skipSpaces()
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%"), line.seek("/s ") else { return nil }
    return ProgressSample(fraction: fraction, outputBytes: bytes)
  }

  /// Twelve columns of which the first is the percentage, or a bar of `#` with one (`-#`).
  static let curl = LineFormat([.stderr]) { line in
    let whole = line
    line.skipSpaces()
    guard line.next != UInt8(ascii: "#") else {
      return whole.lastPercent().map { ProgressSample(fraction: $0) }
    }
    let fraction = LineScanner.fraction(ofPercent: line.number())
    let columns = whole.rest.split(separator: UInt8(ascii: " "))
    guard fraction != nil, columns.count == 12, columns[8].contains(UInt8(ascii: ":")) else {
      return nil
    }
    return ProgressSample(fraction: fraction)
  }

  /// `204800K .......... .......... 50%  453M 3s`.
  static let wget = LineFormat([.stderr]) { line in
    line.skipSpaces()
    guard line.integer() != nil, line.skip("K ") else { return nil }
    return line.lastPercent().map { ProgressSample(fraction: $0) }
  }

  /// `[#25dfaa 190MiB/400MiB(47%) CN:1 DL:45MiB ETA:4s]`.
  static let aria2 = LineFormat([.stdout]) { line in
    guard line.skip("[#"), line.seek("(") else { return nil }
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%)") else { return nil }
    return ProgressSample(fraction: fraction)
  }

  /// ` 50% + text.bin` (`-bsp1`).
  static let sevenZip = LineFormat([.stdout]) { line in
    line.skipSpaces()
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%") else { return nil }
    return fraction.map { ProgressSample(fraction: $0) }
  }

  /// `Read:  91.0 MiB /   188 MiB ==> 24%`: the percentage is the ratio of sizes, no progress.
  static let zstd = LineFormat([.stderr]) { line in
    guard line.skip("Read:") else { return nil }
    let done = ByteCount.read(&line)
    guard line.skip(" /") else { return nil }
    return ProgressSample(fraction: ProgressSample.share(done, of: ByteCount.read(&line)))
  }

  /// `t40.bin: 34.4 %, 3240.3 KiB / 13.1 MiB = 0.241, 4.3 MiB/s, 0:03`.
  static let xz = LineFormat([.stderr]) { line in
    while line.seek(": ") {
      line.skipSpaces()
      guard let percent = line.number(), line.skip(" %, ") else { continue }
      return ProgressSample(
        fraction: LineScanner.fraction(ofPercent: percent),
        outputBytes: ByteCount.read(&line).map { UInt64($0) })
    }
    return nil
  }

  /// A line with a whole percentage alone (`-n`), or `…[=====>    ] 75% ETA 0:00:01` (`-f`).
  static let pv = LineFormat([.stderr]) { line in
    let whole = line
    if let percent = line.integer(), line.next == nil {
      return LineScanner.fraction(ofPercent: Double(percent)).map { ProgressSample(fraction: $0) }
    }
    line = whole
    guard line.seek("["), line.seek("] ") else { return nil }
    return whole.lastPercent().map { ProgressSample(fraction: $0) }
  }

  /// `vips temp-2: 50% complete`.
  static let vips = LineFormat([.stdout]) { line in
    guard line.skip("vips "), line.seek(": ") else { return nil }
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("% complete") else { return nil }
    return ProgressSample(fraction: fraction)
  }

  /// `Resize/Image//tmp/x[img2.png]: 4350 of 5400, 80% complete`: a step of several, and nothing
  /// says of how many.
  static let imageMagick = LineFormat([.stderr]) { line in
    let whole = line
    guard line.seek("% complete"), line.next == nil else { return nil }
    let parts = whole.rest.split(separator: UInt8(ascii: "/"), maxSplits: 2)
    guard parts.count > 1 else { return nil }
    return ProgressSample(stage: String(decoding: parts[0], as: UTF8.self))
  }

  /// `454.61 MB O 448.72 MB C 448.72 MB D 2 N opt/…`: nothing says how much there will be.
  static let borg = LineFormat([.stderr]) { line in
    guard ByteCount.read(&line) != nil, line.skip(" O "), ByteCount.read(&line) != nil,
      line.skip(" C "), let bytes = ByteCount.read(&line), line.skip(" D ")
    else { return nil }
    return ProgressSample(outputBytes: UInt64(bytes))
  }
}
