/// Why the service does not start: words for the operator, and the exit code.
struct StartFailure: Error, Hashable {
  let code: ExitCode
  let text: String

  /// The system refused something.
  static func system(_ text: String) -> StartFailure {
    StartFailure(code: .systemRefused, text: text)
  }

  /// The configuration is not safe to serve, or this host cannot honour it.
  static func configuration(_ text: String) -> StartFailure {
    StartFailure(code: .configurationRefused, text: text)
  }
}
