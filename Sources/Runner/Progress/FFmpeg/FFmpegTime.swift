/// Durations as ffmpeg takes them (ffmpeg-utils(1), Time duration): `[H:]MM:SS[.m]`, or a number
/// with `s`, `ms` or `us`.
enum FFmpegTime {
  /// Seconds; nil for what is none, and for negative ones.
  static func seconds(_ text: String) -> Double? {
    var scanner = LineScanner(Array(text.utf8)[...])
    guard let value = scanner.clock() else { return nil }
    if scanner.skip("ms") { return scanner.next == nil ? value / 1000 : nil }
    if scanner.skip("us") { return scanner.next == nil ? value / 1_000_000 : nil }
    _ = scanner.skip("s")
    return scanner.next == nil ? value : nil
  }
}
