internal import RunnerCore
internal import TextFormats

/// An event of the log as one line of JSON: `time`, `level`, `event`, `message`, and the fields of
/// the event by their names.
enum LogRecord {
  /// - Returns: the object with a line feed.
  static func bytes(_ event: LogEvent, at time: Timestamp) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("time")
    writer.string(time.description)
    writer.key("level")
    writer.string(event.level.rawValue)
    writer.key("event")
    writer.string(event.name)
    writer.key("message")
    writer.string(event.sentence)
    for field in event.fields.all {
      writer.key(field.name)
      switch field.value {
      case .text(let text): writer.string(text)
      case .integer(let number): writer.number(number)
      }
    }
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}
