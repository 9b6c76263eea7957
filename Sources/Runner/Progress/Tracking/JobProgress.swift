package import TextFormats

/// How far a job has come, as far as its program says so; nil for what is not known.
package struct JobProgress: Hashable, Sendable {
  /// Share of the work that is done, 0...1; never less than before, and 1 only where the program
  /// exited with 0.
  package internal(set) var fraction: Double?
  /// Seconds up to the end at the pace of the last minute, freezes apart.
  package internal(set) var etaSeconds: Double?
  /// Seconds of output per second of work.
  package internal(set) var speed: Double?
  /// Frames per second of work.
  package internal(set) var fps: Double?
  /// Frames that are done.
  package internal(set) var frame: UInt64?
  /// Seconds of output that are done.
  package internal(set) var outputSeconds: Double?
  /// Bytes of output that are done.
  package internal(set) var outputBytes: UInt64?
  /// The step that the program is at, at most `stageBytesMax` bytes.
  package internal(set) var stage: String?

  /// Longest name of a stage.
  package static let stageBytesMax = 64

  /// Progress of a program that has said nothing yet.
  package init() {}

  /// How far it is, without its rates: those change while nothing is done.
  package var position: JobProgress {
    var position = self
    position.etaSeconds = nil
    position.speed = nil
    position.fps = nil
    return position
  }

  /// The members that are known, and `fraction` in any case: an object of JSON.
  package func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("fraction")
    if let fraction { writer.decimal(fraction, places: 4) } else { writer.null() }
    for (name, value, places) in [
      ("etaSeconds", etaSeconds, 0), ("speed", speed, 3), ("fps", fps, 2),
      ("outputSeconds", outputSeconds, 3),
    ] {
      guard let value else { continue }
      writer.key(name)
      writer.decimal(value, places: places)
    }
    for (name, value) in [("frame", frame), ("outputBytes", outputBytes)] {
      guard let value else { continue }
      writer.key(name)
      writer.number(value)
    }
    if let stage {
      writer.key("stage")
      writer.string(stage)
    }
    writer.endObject()
  }
}
