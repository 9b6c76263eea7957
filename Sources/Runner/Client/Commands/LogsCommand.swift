import Glibc

/// `logs`: what a job wrote up to now.
struct LogsCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  private static let turnMilliseconds = 1000
  /// Bytes that are looked at first for the last lines; four times as many where those do not do.
  private static let tailBytes = 64 << 10
  private static let tailLines = 1...1_000_000

  private var target: String {
    "/\(invocation.operands[0])/\(invocation.has("stderr") ? "stderr" : "stdout")"
  }

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let sink = OutputSink(STDOUT_FILENO, isRaw: invocation.has("raw")) {}
    if let count = try invocation.number("tail", in: Self.tailLines) {
      guard !invocation.has("since") else {
        throw invocation.usage("--tail and --since are not given together")
      }
      try send(try tail(lines: count), to: sink)
    } else {
      try relay(to: sink)
    }
    return sink.failure == nil ? ClientExit.ok.rawValue : ClientExit.outputClosed.rawValue
  }

  private func relay(to sink: OutputSink) throws(ClientFailure) {
    var refusal: [UInt8] = []
    let transfer = try client.start(.get(target + (try since())), .unlimited) { head, bytes in
      guard head.status == 200 else {
        if refusal.count < JobWatch.refusalBytesMax { refusal += bytes }
        return .taken
      }
      switch sink.write(bytes[...]) {
      case .taken: return .taken
      case .full: return .paused
      case .failed: return .stop
      }
    }
    while sink.failure == nil, transfer.code == nil || !sink.isFlushed {
      sink.flush()
      if sink.hasRoom { transfer.resume() }
      turn(sink)
    }
    guard sink.failure == nil else { return }
    if let failure = transfer.failure { throw failure }
    if let refusal = ServiceReply(head: transfer.head, body: refusal).refusal { throw refusal }
  }

  /// The query that `--since` makes. The service takes the time from now off its own clock.
  private func since() throws(ClientFailure) -> String {
    guard let text = invocation.value("since") else { return "" }
    // A time of day has a colon, which no length of time has; the service reads it.
    let isMoment = text.contains(":")
    let value = isMoment ? text : try invocation.seconds("since").map { "\($0)" } ?? ""
    return "?since=\(ServiceRequest.escaped(value))"
  }

  private func send(_ bytes: ArraySlice<UInt8>, to sink: OutputSink) throws(ClientFailure) {
    _ = sink.write(bytes)
    while !sink.isFlushed {
      sink.flush()
      turn(sink)
    }
  }

  private func turn(_ sink: OutputSink) {
    let interests = [sink.awaited].compactMap { $0 }.map {
      TransferLoop.Interest(fd: $0, isWrite: true)
    }
    _ = client.loop.turn(interests, milliseconds: Self.turnMilliseconds)
  }

  /// The last lines of the stream, read from its end.
  private func tail(lines count: Int) throws(ClientFailure) -> ArraySlice<UInt8> {
    var size = Self.tailBytes
    while true {
      var request = ServiceRequest.get(target)
      request.fields = ["Range: bytes=-\(size)"]
      let reply = try client.reply(to: request)
      if reply.head.status == 416 { return [] }
      if let refusal = reply.refusal { throw refusal }
      let lines = Self.last(count, of: reply.body)
      let isWhole = reply.head.status == 200 || reply.body.count < size
      if isWhole || lines.startIndex > 0 { return lines }
      size *= 4
    }
  }

  /// The last lines of `bytes`; the last one may lack its line feed.
  static func last(_ count: Int, of bytes: [UInt8]) -> ArraySlice<UInt8> {
    var index = bytes.last == UInt8(ascii: "\n") ? bytes.count - 1 : bytes.count
    var left = count
    while index > 0 {
      if bytes[index - 1] == UInt8(ascii: "\n") {
        left -= 1
        if left == 0 { break }
      }
      index -= 1
    }
    return bytes[index...]
  }
}
