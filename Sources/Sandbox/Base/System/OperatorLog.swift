internal import CLinux
internal import Glibc

/// The launcher's and the janitor's lines for the operator: standard error, one write each.
///
/// An event has a name and fields as those of the service have; docs/events.md lists both. The line
/// has the form that the service's lines have (`LogFormat`).
package enum OperatorLog {
  /// The parts of the sentence that programs look for, by name: lower case, the unit last.
  package typealias Fields = KeyValuePairs<String, String>

  /// Something that the operator may want to mend.
  ///
  /// - Parameters:
  ///   - event: subject and event with a dot between, the same for all of its kind.
  ///   - sentence: what happened, to what, and what to do.
  package static func warning(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("warning", event, sentence, fields)
  }

  /// Something that this process ends for, or cannot do; parameters as for `warning`.
  package static func error(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("error", event, sentence, fields)
  }

  /// Something that the operator may want to know; parameters as for `warning`.
  package static func info(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("info", event, sentence, fields)
  }

  private static func write(
    _ level: String, _ event: String, _ sentence: String, _ fields: Fields
  ) {
    let format = LogFormat.ofProcess
    guard format.writes(level) else { return }
    var line: [UInt8] = []
    if format.hasPriority { line += "<\(level == "error" ? 3 : level == "warning" ? 4 : 6)>".utf8 }
    if format.isJSON {
      let head = [("time", time()), ("level", level), ("event", event), ("message", sentence)]
      line += LogLine.json(head + fields.map { ($0.key, $0.value) })
    } else {
      line += LogLine.bytes(program: "http-runner-launcher", level: level, sentence: sentence)
    }
    // A log that cannot be written has nowhere to say so.
    // SAFETY: write(2) reads the bytes of the array, which is not empty.
    _ = unsafe line.withUnsafeBufferPointer { bytes in
      unsafe linux_write(2, bytes.baseAddress!, UInt64(bytes.count))
    }
  }

  /// Now, as RFC 3339 writes it, to the second.
  private static func time() -> String {
    var now = time_t()
    var parts = unsafe tm()
    var text = [CChar](repeating: 0, count: 32)
    // SAFETY: time(2), gmtime_r(3) and strftime(3) write these variables, within the given length.
    _ = unsafe Glibc.time(&now)
    _ = unsafe gmtime_r(&now, &parts)
    let length = unsafe strftime(&text, text.count, "%FT%TZ", &parts)
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
