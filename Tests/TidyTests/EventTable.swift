/// docs/events.md: every event of the operator's logs, made from the calls that write them.
enum EventTable {
  static let page = "docs/events.md"

  /// One kind of event.
  struct Event {
    let name: String
    var levels: Set<String> = []
    var programs: Set<String> = []
    var fields: Set<String> = []
  }

  /// One call that writes to a log.
  private struct Call {
    let line: Int
    let level: String
    let names: [String]
    let fields: [String]
  }

  private static let levels = ["info", "warning", "error"]

  /// The events that `files` write, by name.
  static func events(in files: [SourceFile]) -> [Event] {
    var events: [String: Event] = [:]
    for file in files {
      let program = file.isBelow("Sources/Sandbox/Launcher") ? "launcher" : "service"
      for call in calls(in: file) {
        for name in call.names {
          var event = events[name] ?? Event(name: name)
          event.levels.insert(call.level)
          event.programs.insert(program)
          event.fields.formUnion(call.fields)
          events[name] = event
        }
      }
    }
    return events.values.sorted { $0.name < $1.name }
  }

  /// Calls without the name of an event.
  static func findings(in files: [SourceFile]) -> [Finding] {
    files.flatMap { file in
      calls(in: file).filter(\.names.isEmpty).map {
        Finding(
          path: file.path, line: $0.line,
          message: "an event of a log without a name: subject and event in lower case, with a dot"
            + " between, before the sentence")
      }
    }
  }

  /// The page as it should be.
  static func text(of events: [Event]) -> String {
    let rows = events.map { event in
      let levels = levels.filter(event.levels.contains).joined(separator: ", ")
      let programs = event.programs.sorted(by: >).joined(separator: ", ")
      let fields = event.fields.sorted().map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(event.name)` | \(levels) | \(programs) | \(fields) |"
    }
    return """
      # Events

      Every event that service and launcher write to their logs: its name stays when the sentence \
      changes. Made from the calls in Sources by `make docs`; a test holds the two together.

      | event | level | written by | fields |
      | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }

  private static func calls(in file: SourceFile) -> [Call] {
    guard file.tokens.contains(where: { $0.text == "log" || $0.text == "OperatorLog" }) else {
      return []
    }
    let bytes = Array(file.text.utf8)
    var calls: [Call] = []
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "(") else { continue }
      if let call = call(in: bytes, at: index, line: line) { calls.append(call) }
    }
    return calls
  }

  /// The call whose parenthesis is at `index`; nil where it is none of a log.
  private static func call(in bytes: [UInt8], at index: Int, line: Int) -> Call? {
    // The last letters of `log`, `info`, `warning` and `error`.
    guard index > 0, "gor".utf8.contains(bytes[index - 1]) else { return nil }
    let before = bytes[..<index]
    let isOwn = levels.first { before.ends(with: "OperatorLog.\($0)") }
    guard isOwn != nil || before.ends(with: ".log") else { return nil }
    let text = arguments(of: bytes[(index + 1)...])
    let start = text.drop { $0.isWhitespace }
    guard let level = isOwn ?? levels.first(where: { start.hasPrefix(".\($0),") }) else {
      return nil
    }
    return Call(
      line: line, level: level,
      names: text.matches(of: /"([a-z]+\.[a-z_]+)"/).map { String($0.output.1) },
      fields: text.matches(of: /"([a-z_]+)":/).map { String($0.output.1) })
  }

  /// What stands before the parenthesis that ends a call.
  private static func arguments(of rest: ArraySlice<UInt8>) -> String {
    var depth = 1
    let call = rest.prefix { byte in
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      return depth > 0
    }
    return String(decoding: call, as: UTF8.self)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with word: String) -> Bool {
    suffix(word.utf8.count).elementsEqual(word.utf8)
  }
}
