import RunnerCore

/// Output of which each line keeps its last state (`LineCollapser`), made of another source while
/// it is sent.
struct CollapsedOutput: FollowSource {
  /// Bytes that one step looks at; a program that writes its progress for hours over one line has
  /// megabytes of which nothing is sent, and other connections are to be served in between.
  private static let stepBytesMax = 256 << 10

  private var source: any FollowSource
  private let wake: @Sendable () -> Void
  private var collapser = LineCollapser()
  private var hasEnded = false

  /// - Parameter wake: called from another thread where a step ended before there was a line.
  init(_ source: any FollowSource, wake: @escaping @Sendable () -> Void) {
    self.source = source
    self.wake = wake
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    var readBytes = 0
    while readBytes < Self.stepBytesMax, !hasEnded {
      switch source.next(bytesMax: bytesMax, isHeartbeatDue: isHeartbeatDue) {
      case .bytes(let bytes):
        readBytes += bytes.count
        let lines = collapser.collapse(bytes)
        if !lines.isEmpty { return .bytes(lines[...]) }
      case .end:
        hasEnded = true
        let line = collapser.finish()
        if !line.isEmpty { return .bytes(line[...]) }
      case .wait: return .wait
      case .broken: return .broken
      }
    }
    guard !hasEnded else { return .end }
    Task { [wake] in wake() }
    return .wait
  }
}
