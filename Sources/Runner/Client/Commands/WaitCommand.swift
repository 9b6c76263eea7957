/// `wait`: until jobs have ended.
struct WaitCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  private static let turnTime = Duration.seconds(1)

  /// - Returns: the highest exit code of the jobs; of `--any` that of the first which ended.
  func run() throws(ClientFailure) -> Int32 {
    let patience = try invocation.seconds("patience").map { Duration.seconds($0) }
    let end = try invocation.seconds("timeout").map { ContinuousClock.now + .seconds($0) }
    var waiting = invocation.operands.map {
      JobWatch(client, $0, patience: patience, hasAnswered: false)
    }
    var code: Int32 = 0
    while true {
      let now = ContinuousClock.now
      for watch in waiting { try watch.step(at: now) }
      for case let result? in waiting.map(\.result) {
        if invocation.has("json") { output.emit(line: result.document.line) }
        code = max(code, result.exitCode())
        if invocation.has("any") { return result.exitCode() }
      }
      waiting.removeAll { $0.result != nil }
      guard !waiting.isEmpty else { return code }
      if let end, now >= end { return ClientExit.timeout.rawValue }
      var wait = Self.turnTime
      for case let time? in waiting.map({ $0.wait(at: now) }) + [end.map { $0 - now }] {
        wait = min(wait, time)
      }
      _ = client.loop.turn(milliseconds: Int(wait / .milliseconds(1)) + 1)
    }
  }
}
