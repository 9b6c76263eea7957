/// What `--version` prints.
package enum Version {
  /// Semantic version of both programs.
  package static let number = "0.1.0"
  /// Output of `--version`, with its line feed.
  package static let text = "http-runner \(number)\n"
}
