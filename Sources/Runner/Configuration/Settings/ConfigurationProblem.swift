package import TextFormats

/// One thing that is wrong with a configuration.
package struct ConfigurationProblem: Hashable, Sendable {
  /// Line and column in the file; nil for the command line, or for what is missing as a whole.
  package let position: SourcePosition?
  /// The path of the setting, as `entries.ffmpeg.limits.cpu`; empty for the file as a whole.
  package let key: String
  /// What is wrong and what to do: sentences.
  package let text: String

  /// A problem with the setting `key`.
  ///
  /// - Parameters:
  ///   - position: nil for what the command line says, or what is missing as a whole.
  ///   - key: the path of the setting; empty for the file as a whole.
  ///   - text: what is wrong and what to do: sentences.
  package init(_ position: SourcePosition?, _ key: String, _ text: String) {
    self.position = position
    self.key = key
    self.text = text
  }

  /// `FILE:LINE:COLUMN: key: text`, as compilers write it, on one line.
  package func line(in file: String) -> String {
    let location = position.map { ":\($0.line):\($0.column)" } ?? ""
    let name = key.isEmpty ? "" : " \(key):"
    let line = "\(file)\(location):\(name) \(text)"
    // Control characters of the file would forge log lines or terminal colours.
    return String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "?" : $0 }))
  }
}

/// Why a configuration is refused: everything that is wrong with it.
package struct ConfigurationRefusal: Error, Hashable, Sendable {
  /// What is wrong, in the order of the file.
  package let problems: [ConfigurationProblem]
  /// How many further problems were found and left out.
  package let more: Int

  /// A refusal for these problems.
  ///
  /// - Parameter more: how many further problems were found and left out.
  package init(problems: [ConfigurationProblem], more: Int = 0) {
    self.problems = problems
    self.more = more
  }
}
