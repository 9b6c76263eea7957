internal import CLinux

/// The launcher's and the janitor's lines for the operator: standard error, one write each.
///
/// An event has a name and fields as those of the service have; docs/events.md lists both. The line
/// has the level and the sentence, as the service's lines have.
package enum OperatorLog {
  /// The parts of the sentence that programs look for, by name: lower case, the unit last.
  package typealias Fields = KeyValuePairs<String, String>

  /// Something that the operator may want to mend.
  ///
  /// - Parameters:
  ///   - event: subject and event with a dot between, the same for all of its kind.
  ///   - sentence: what happened, to what, and what to do.
  package static func warning(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("warning", sentence)
  }

  /// Something that this process ends for, or cannot do; parameters as for `warning`.
  package static func error(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("error", sentence)
  }

  /// Something that the operator may want to know; parameters as for `warning`.
  package static func info(_ event: String, _ sentence: String, _ fields: Fields = [:]) {
    write("info", sentence)
  }

  private static func write(_ level: String, _ text: String) {
    let line = LogLine.bytes(program: "http-runner-launcher", level: level, sentence: text)
    // A log that cannot be written has nowhere to say so.
    // SAFETY: write(2) reads the bytes of the array, which is not empty.
    _ = unsafe line.withUnsafeBufferPointer { bytes in
      unsafe linux_write(2, bytes.baseAddress!, UInt64(bytes.count))
    }
  }
}
