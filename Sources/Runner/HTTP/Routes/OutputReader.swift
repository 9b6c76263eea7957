import RunnerCore

/// A part of an output stream: byte for byte, or the last state of each line.
struct OutputReader: BodySource {
  private let bytes: CapturedBytes
  private let range: Range<Int>
  private let isCollapsed: Bool

  /// - Parameters:
  ///   - range: within the kept bytes.
  ///   - isCollapsed: whether a line that was written over has its last state only.
  init(_ bytes: CapturedBytes, _ range: Range<Int>, isCollapsed: Bool = false) {
    self.bytes = bytes
    self.range = range
    self.isCollapsed = isCollapsed
  }

  func opened(wake: @escaping @Sendable () -> Void) -> any FollowSource {
    let opened = Opened(bytes: bytes, range: range, ahead: OutputReadAhead(wake: wake))
    return isCollapsed ? CollapsedOutput(opened, wake: wake) : opened
  }

  var storedRange: (file: any OutputFile, range: Range<Int>)? {
    guard !isCollapsed, let file = bytes.find(at: range.lowerBound, bytesMax: 0).file,
      file.isTransferable
    else { return nil }
    return (file, range)
  }

  private struct Opened: FollowSource {
    let bytes: CapturedBytes
    /// Bytes that are still to be read.
    var range: Range<Int>
    let ahead: OutputReadAhead

    mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
      guard !range.isEmpty else { return .end }
      let bytesMax = min(range.count, bytesMax)
      let found = bytes.find(at: range.lowerBound, bytesMax: bytesMax)
      let reading = ahead.complete(found, at: range.lowerBound, bytesMax: bytesMax)
      if reading.isPending { return .wait }
      guard !reading.bytes.isEmpty else { return .broken }
      range = (range.lowerBound + reading.bytes.count)..<range.upperBound
      return .bytes(reading.bytes)
    }
  }
}
