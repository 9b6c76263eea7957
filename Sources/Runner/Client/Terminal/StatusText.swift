import TextFormats

/// The status line: place in its life, or progress, as a text.
enum StatusText {
  private static let barColumns = 24

  /// - Parameters:
  ///   - status: of the job; nil before it is known.
  ///   - wait: its member `waiting`; nil where that is not known.
  ///   - progress: the member of that name of its newest event; nil where it has none.
  static func text(
    status: String?, wait: JSONNode? = nil, progress: JSONNode?, seconds: Int, isBroken: Bool,
    isEnding: Bool
  ) -> String {
    if isBroken { return "the connection is lost and is tried again; the job goes on" }
    if isEnding { return "the job is being ended" }
    guard status == "running" else {
      return "waiting \(clock(seconds))" + (WaitText.text(of: wait).map { " \($0)" } ?? "")
    }
    guard let progress, let text = text(of: progress) else { return "running \(clock(seconds))" }
    return text
  }

  private static func text(of progress: JSONNode) -> String? {
    var parts: [String] = []
    if let fraction = progress["fraction"]?.decimal, (0...1).contains(fraction) {
      parts.append(bar(fraction))
    }
    if let stage = progress["stage"]?.text { parts.append(stage) }
    if let eta = progress["etaSeconds"]?.decimal, eta >= 0, eta < 1e9 {
      parts.append("ETA \(clock(Int(eta)))")
    }
    for (name, unit) in [("speed", "x"), ("fps", " fps")] {
      guard let value = progress[name]?.decimal, value >= 0, value < 1e9 else { continue }
      parts.append("\(tenths(value))\(unit)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "  ")
  }

  /// `[######..................] 25 %`, of a fraction from 0 to 1.
  static func bar(_ fraction: Double) -> String {
    let filled = Int(fraction * Double(barColumns))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: barColumns - filled)
    return "[\(bar)] \(Int(fraction * 100)) %"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `1:02:03`, `2:03`.
  static func clock(_ seconds: Int) -> String {
    let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return (hours > 0 ? "\(hours):\(pad(minutes))" : "\(minutes)") + ":\(pad(seconds % 60))"
  }
}
