internal import CLinux

/// The launcher's and the janitor's lines for the operator: standard error, one write each.
package enum OperatorLog {
  /// Something that the operator may want to mend: one sentence.
  package static func warning(_ text: String) { write("warning", text) }
  /// Something that this process ends for: one sentence.
  package static func error(_ text: String) { write("error", text) }
  /// Something that the operator may want to know: one sentence.
  package static func info(_ text: String) { write("info", text) }

  private static func write(_ level: String, _ text: String) {
    let line = LogLine.bytes(program: "http-runner-launcher", level: level, sentence: text)
    // A log that cannot be written has nowhere to say so.
    // SAFETY: write(2) reads the bytes of the array, which is not empty.
    _ = unsafe line.withUnsafeBufferPointer { bytes in
      unsafe linux_write(2, bytes.baseAddress!, UInt64(bytes.count))
    }
  }
}
