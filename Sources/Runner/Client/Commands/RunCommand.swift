import TextFormats

/// `run`, `submit` and `follow`.
struct RunCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let inputs = try inputs()
    let outputs = try outputs()
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
    sender.isHeld = !inputs.isEmpty
    sender.patience = try patience()
    var document = try sender.submit(submission)
    let id = try Self.id(of: document)
    // Without the member its files have come before, under the same key.
    if document["heldUntil"] != nil {
      if sender.policy.isCancelled { return try withdraw(id) }
      let files = FileSender(
        client, id, output, signals, sender.policy, retry: sender.retry, patience: try patience())
      document = try files.send(inputs)
      sender.policy = files.policy
    }
    guard isRelayed else {
      if sender.policy.isCancelled { return try withdraw(id) }
      if invocation.has("json") { output.emit(line: document.line) } else { output.emit(line: id) }
      return ClientExit.ok.rawValue
    }
    let options = JobSession.Options(isRaw: invocation.has("raw"), patience: try patience())
    let session = JobSession(client, id, options, output, signals, sender.policy)
    let code = try session.run()
    // Of a job without success none are kept, and one that was left may go on for days.
    if session.hasSucceeded { try fetch(outputs, of: id, signals) }
    return code
  }

  /// The files of `--in`, open.
  private func inputs() throws(ClientFailure) -> [InputFile] {
    var files: [InputFile] = []
    for argument in try invocation.files("in", FileArgument.input) {
      files.append(try InputFile(argument))
    }
    return files
  }

  /// The files of `--out`, which may come to stand where they are to.
  private func outputs() throws(ClientFailure) -> [FileArgument] {
    guard invocation.command == .run else { return [] }
    let files = try invocation.files("out", FileArgument.output)
    guard files.isEmpty || !invocation.has("detach") else {
      throw invocation.usage("--out waits for the job, which --detach leaves")
    }
    do throws(ClientFailure) {
      for file in files {
        try TargetFile.check(file.path, named: file.name, isReplacing: invocation.has("force"))
      }
    } catch {
      throw ClientFailure(.serviceLost, error.text)
    }
    return files
  }

  /// Gets the files of `--out` of a job that has succeeded: each that was kept, before one that was
  /// not is told.
  private func fetch(
    _ wanted: [FileArgument], of id: String, _ signals: ClientSignal
  ) throws(ClientFailure) {
    guard !wanted.isEmpty else { return }
    var missing: [String] = []
    let patience = try patience()
    do throws(ClientFailure) {
      let receiver = KeptFileReceiver(
        client, id, output, signals, patience: patience, hasAnswered: true)
      let kept = try receiver.list()
      for file in wanted {
        guard let found = kept.first(where: { $0.name == file.name }) else {
          missing.append(file.name)
          continue
        }
        let target = try TargetFile(
          file.path, named: file.name, isReplacing: invocation.has("force"))
        try receiver.fetch(found, into: target)
      }
    } catch {
      throw Self.fetchFailure(error, id)
    }
    guard missing.isEmpty else {
      throw ClientFailure(
        .conflict,
        "Job \(id) left no file \(missing.joined(separator: ", ")) that its entry keeps: "
          + "files.out.")
    }
  }

  /// What is said where the job has succeeded and a file of it did not come: with a code that is
  /// not that of a full queue, since the job is not to be made again for it.
  static func fetchFailure(_ failure: ClientFailure, _ id: String) -> ClientFailure {
    let isLeft = failure.kind == .final(.interrupted)
    return ClientFailure(
      isLeft ? .interrupted : .serviceLost,
      "\(failure.text) To get the files: http-runner fetch \(id)")
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
