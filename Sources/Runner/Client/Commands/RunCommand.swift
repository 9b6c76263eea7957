import TextFormats

/// `run`, `submit` and `follow`.
struct RunCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let submission = try JobSubmission(invocation)
    let signals = try ClientSignal()
    var sender = JobSender(client: client, output: output, signals: signals)
    sender.retry = try invocation.seconds("retry").map { .seconds($0) }
    sender.key = invocation.value("idempotency-key")
    let isRelayed = invocation.command == .run && !invocation.has("detach")
    if invocation.command == .run { sender.patience = try patience() }
    let document = try sender.submit(submission)
    let id = try Self.id(of: document)
    guard isRelayed else {
      if invocation.has("json") { output.emit(line: document.line) } else { output.emit(line: id) }
      return ClientExit.ok.rawValue
    }
    var options = JobSession.Options(isRaw: invocation.has("raw"), patience: try patience())
    options.isOwner = true
    options.isDetaching = invocation.has("detach-on-interrupt")
    return try JobSession(client, id, options, output, signals).run()
  }

  /// The id of a document of the service, for paths.
  static func id(of document: JSONNode) throws(ClientFailure) -> String {
    guard let id = document["id"]?.text, ClientInvocation.isID(id) else {
      throw ClientFailure(.protocolBroken, "What answered is not http-runner: no id of a job.")
    }
    return id
  }

  /// `follow`.
  func follow() throws(ClientFailure) -> Int32 {
    let options = JobSession.Options(isRaw: invocation.has("raw"), patience: try patience())
    let signals = try ClientSignal()
    return try JobSession(client, invocation.operands[0], options, output, signals).run()
  }

  private func patience() throws(ClientFailure) -> Duration? {
    try invocation.seconds("patience").map { .seconds($0) }
  }
}
