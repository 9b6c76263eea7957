/// Takes `text/event-stream` apart (WHATWG HTML, section 9.2.6), whatever the borders of its pieces
/// are. Comments and fields that it does not know are left out.
struct ServerEventParser: Sendable {
  /// Bytes of a line and of an event's data at most.
  static let bytesMax = 4 << 20

  private var line: [UInt8] = []
  private var event = ServerEvent()
  private var hasData = false
  private var isAfterReturn = false

  /// Takes a piece.
  ///
  /// - Returns: the events that are complete with it; nil where a line or an event is longer than
  ///   `bytesMax`: what sends that is no service of ours.
  mutating func read(_ bytes: some Sequence<UInt8>) -> [ServerEvent]? {
    var events: [ServerEvent] = []
    for byte in bytes {
      defer { isAfterReturn = byte == UInt8(ascii: "\r") }
      switch byte {
      case UInt8(ascii: "\n") where isAfterReturn: break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if let event = endLine() { events.append(event) }
      default: line.append(byte)
      }
      guard line.count <= Self.bytesMax, event.data.count <= Self.bytesMax else { return nil }
    }
    return events
  }

  /// - Returns: the event that the line completes.
  private mutating func endLine() -> ServerEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else {
      defer {
        event = ServerEvent()
        hasData = false
      }
      return hasData ? event : nil
    }
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    var value = line.dropFirst(name.count + 1)
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: name, as: UTF8.self) {
    case "event": event.name = String(decoding: value, as: UTF8.self)
    case "id" where !value.contains(0): event.id = String(decoding: value, as: UTF8.self)
    case "data":
      if hasData { event.data.append(UInt8(ascii: "\n")) }
      event.data += value
      hasData = true
    default: break
    }
    return nil
  }
}
