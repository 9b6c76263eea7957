/// What one update of a program says; nil for what it does not.
package struct ProgressSample: Hashable, Sendable {
  /// Above all counts that are exact in every client (RFC 8259, section 6).
  static let countMax = 9_007_199_254_740_992.0

  /// Share of the work that is done, 0...1.
  package var fraction: Double?
  /// Seconds of output per second of work.
  package var speed: Double?
  /// Frames per second of work.
  package var fps: Double?
  /// Frames that are done.
  package var frame: UInt64?
  /// Seconds of output that are done.
  package var outputSeconds: Double?
  /// Bytes of output that are done.
  package var outputBytes: UInt64?
  /// Name of the step that the program is at.
  package var stage: String?

  /// A sample; by default it says nothing.
  package init(
    fraction: Double? = nil, speed: Double? = nil, fps: Double? = nil, frame: UInt64? = nil,
    outputSeconds: Double? = nil, outputBytes: UInt64? = nil, stage: String? = nil
  ) {
    self.fraction = fraction
    self.speed = speed
    self.fps = fps
    self.frame = frame
    self.outputSeconds = outputSeconds
    self.outputBytes = outputBytes
    self.stage = stage
  }

  /// Share of a whole that is counted; nil for nothing of nothing, and for more than the whole.
  static func share(_ done: Double?, of whole: Double?) -> Double? {
    guard let done, let whole, whole > 0, done >= 0, done <= whole else { return nil }
    return done / whole
  }
}
