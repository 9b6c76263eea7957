/// `fetch`: files that the service keeps of a job.
struct FetchCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let id = invocation.operands[0]
    let folder = invocation.value("output") ?? "."
    guard !folder.isEmpty else { throw invocation.usage("--output needs the name of a folder") }
    let patience = try invocation.seconds("patience").map { Duration.seconds($0) }
    let signals = try ClientSignal()
    let receiver = KeptFileReceiver(
      client, id, output, signals, patience: patience, hasAnswered: false)
    let kept = try receiver.list()
    let names = Array(invocation.operands.dropFirst())
    guard !kept.isEmpty else {
      throw ClientFailure(
        .notFound,
        "No files are kept of job \(id): it has not ended with success, or its entry keeps none.")
    }
    for name in names where !kept.contains(where: { $0.name == name }) {
      throw ClientFailure(
        .notFound,
        "No file \(name) is kept of job \(id); there are "
          + kept.map(\.name).joined(separator: ", ") + ".")
    }
    let isForced = invocation.has("force")
    let wanted = names.isEmpty ? kept : kept.filter { names.contains($0.name) }
    for file in wanted {
      try TargetFile.check(folder + "/", named: file.name, isReplacing: isForced)
    }
    for file in wanted {
      let target = try TargetFile(folder + "/", named: file.name, isReplacing: isForced)
      try receiver.fetch(file, into: target)
      if invocation.has("json") { output.emit(line: file.document.line) }
    }
    return ClientExit.ok.rawValue
  }
}
