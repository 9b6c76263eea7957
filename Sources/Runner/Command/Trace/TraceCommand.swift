/// `http-runner trace`.
enum TraceCommand {
  static func run(_ arguments: [String]) -> Int32 { ExitCode.usage.rawValue }
}
