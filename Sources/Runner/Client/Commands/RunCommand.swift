import TextFormats

/// `run`, `submit` and `follow`.
struct RunCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let fields = try CommandFields.members(of: invocation, client)
    var submission = try JobSubmission(invocation)
    submission.fields = fields
    let signals = try ClientSignal()
    let isRelayed = invocation.command == .run && !invocation.has("detach")
    let isDetaching = invocation.has("detach-on-interrupt")
    // Nothing of a job that is not relayed is seen before it is submitted: one signal is enough.
    let policy =
      isRelayed
      ? InterruptPolicy(isOwner: true, isDetaching: isDetaching)
      : InterruptPolicy(isInteractive: false, isOwner: true)
    var sender = JobSender(client: client, output: output, signals: signals, policy: policy)
    sender.retry = try invocation.seconds("retry").map { .seconds($0) }
    sender.key = invocation.value("idempotency-key")
    if invocation.command == .run { sender.patience = try patience() }
    let document = try sender.submit(submission)
    let id = try Self.id(of: document)
    guard isRelayed else {
      if sender.policy.isCancelled { return try withdraw(id) }
      if invocation.has("json") { output.emit(line: document.line) } else { output.emit(line: id) }
      return ClientExit.ok.rawValue
    }
    let options = JobSession.Options(isRaw: invocation.has("raw"), patience: try patience())
    return try JobSession(client, id, options, output, signals, sender.policy).run()
  }

  /// Cancels a job of this command's own that a signal came before.
  private func withdraw(_ id: String) throws(ClientFailure) -> Int32 {
    do throws(ClientFailure) {
      _ = try client.ask(.post("/\(id)/cancel"))
    } catch {
      throw ClientFailure(
        .interrupted, "Job \(id) was submitted, and could not be cancelled: \(error.text)")
    }
    output.say("job \(id) was submitted, and is cancelled")
    return ClientExit.interrupted.rawValue
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
    let policy = InterruptPolicy(isOwner: false)
    return try JobSession(client, invocation.operands[0], options, output, signals, policy).run()
  }

  private func patience() throws(ClientFailure) -> Duration? {
    try invocation.seconds("patience").map { .seconds($0) }
  }
}
