/// One server-sent event as a client understands it: WHATWG HTML, section 9.2.6.
struct SentEvent: Hashable {
  private(set) var name = ""
  private(set) var id = ""
  private(set) var data = ""
  /// It only says that there is somebody.
  private(set) var isComment = true

  init(_ bytes: some Sequence<UInt8>) {
    let text = String(decoding: Array(bytes), as: UTF8.self)
    for line in text.split(separator: "\n") where !line.hasPrefix(":") {
      isComment = false
      let parts = line.split(separator: ":", maxSplits: 1)
      let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
      switch parts[0] {
      case "event": name = value
      case "id": id = value
      case "data": data = value
      default: break
      }
    }
  }

  /// All events of a piece of an answer.
  static func all(in bytes: some Collection<UInt8>) -> [SentEvent] {
    var events: [SentEvent] = []
    var lines: [ArraySlice<UInt8>] = []
    for line in Array(bytes).split(separator: 0x0a, omittingEmptySubsequences: false) {
      if line.isEmpty, !lines.isEmpty {
        events.append(SentEvent(lines.joined(separator: [0x0a])))
        lines = []
      } else if !line.isEmpty {
        lines.append(line)
      }
    }
    return events
  }

  /// What a stream's events say together: their texts behind one another, as they stand in JSON.
  static func text(_ stream: String, in events: [SentEvent]) -> String {
    events.filter { $0.name == stream }.map { event in
      String(event.data.dropFirst(#"{"text":""#.count).dropLast(2))
    }.joined()
  }
}
