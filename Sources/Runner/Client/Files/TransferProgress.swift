import TextFormats

/// The status line of a file on its way.
struct TransferProgress {
  private let name: String
  private let totalBytes: Int
  private let begin = ContinuousClock.now

  init(_ name: String, totalBytes: Int) {
    self.name = name
    self.totalBytes = totalBytes
  }

  /// `film.mkv  [######..................] 25 %  118 MB/s  ETA 0:12`.
  func text(bytes: Int) -> String {
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let fraction = totalBytes > 0 ? min(1, Double(bytes) / Double(totalBytes)) : 1
    var text = "\(TerminalOutput.plain(name))  \(StatusText.bar(fraction))"
    guard seconds > 0.5, bytes > 0 else { return text }
    let rate = Double(bytes) / seconds
    text += "  \(Int(rate / 1e6)) MB/s"
    return text + "  ETA \(StatusText.clock(Int(Double(totalBytes - bytes) / rate)))"
  }
}
