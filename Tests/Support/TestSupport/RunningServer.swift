import Glibc

/// The real service, listening, and the questions that tests ask it.
package final class RunningServer: Sendable {
  package let process: RunnerProcess
  package let client: HTTPClient

  /// - Throws: `TestFailure` with the log if it does not come to listen.
  package init(
    whitelist: [String], options: [String] = [], workFolder: String? = nil,
    predecessor: RunnerProcess? = nil, withoutControlGroups: Bool = false, config: String? = nil,
    ownNumbers: Bool = false, asOrdinaryUser: Bool = false, wrapper: [String] = [],
    users: ClosedRange<UInt32>? = nil
  ) throws {
    process = try RunnerProcess(
      whitelist: whitelist, options: options, workFolder: workFolder, predecessor: predecessor,
      withoutControlGroups: withoutControlGroups, config: config, ownNumbers: ownNumbers,
      asOrdinaryUser: asOrdinaryUser, wrapper: wrapper, users: users)
    let line: String = try waiting(for: "the service to listen") { [process] in
      if ProcessTable.lives(process.child.id) == false {
        throw TestFailure("the service ended at once; it logged:\n\(process.log)")
      }
      return process.log.split(separator: "\n").map { String($0) }
        .first { $0.hasPrefix("http-runner: info: listening on http://") }
    }
    guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw TestFailure("no port in '\(line)'")
    }
    client = HTTPClient(port: port)
  }

  /// Asks it to stop and waits for its end.
  package func stop(seconds: Double = patienceSeconds) throws -> Child.Ending {
    process.child.send(SIGTERM)
    return try process.child.wait(seconds: seconds)
  }

  /// Posts a job and answers its id.
  ///
  /// - Parameter timeoutSeconds: a limit below that of its entry; nil for the entry's.
  package func submit(
    _ command: String, _ arguments: [String] = [], callback: String? = nil,
    timeoutSeconds: Int? = nil
  ) throws -> String {
    var text = "{\"command\":\(JSONText.quoted(command)),\"args\":["
    text += arguments.map { JSONText.quoted($0) }.joined(separator: ",") + "]"
    if let callback { text += ",\"callback\":\(JSONText.quoted(callback))" }
    if let timeoutSeconds { text += ",\"timeout\":\(timeoutSeconds)" }
    let reply = try client.post(text + "}")
    guard reply.status == 202, let id = try JSONValue(reply.text)["id"]?.string else {
      throw TestFailure("'\(command)' was not accepted: \(reply.startLine) \(reply.text)")
    }
    return id
  }

  /// Posts a job that is to reach something before its time is up. A busy machine may not let it
  /// come so far: then another one has four times as long.
  ///
  /// - Parameter isReached: whether the job's document says so.
  /// - Returns: its id, and its limit in seconds.
  /// - Throws: `TestFailure` when the last has not come so far either.
  package func limited(
    _ command: String, _ arguments: [String], until isReached: (JSONValue) -> Bool
  ) throws -> (id: String, seconds: Int) {
    for seconds in [2, 8, 32, 128] {
      let id = try submit(command, arguments, timeoutSeconds: seconds)
      let document = try waiting(for: "job \(id) to come so far, or to end") {
        let document = try job(id)
        return isReached(document) || document["err"] != nil ? document : nil
      }
      if isReached(document) { return (id, seconds) }
    }
    throw TestFailure("no job '\(command)' \(arguments) came so far before its time was up")
  }

  /// The same, for a job that is to print a line that starts with `name`.
  package func limited(
    _ command: String, _ arguments: [String], once name: String
  ) throws -> (id: String, seconds: Int) {
    try limited(command, arguments) { ProbeOutput($0["stdout"]?.string ?? "")[name] != nil }
  }

  /// The job as it is now.
  package func job(_ id: String) throws -> JSONValue {
    let reply = try client.get("/\(id)")
    guard reply.status == 200 else {
      throw TestFailure("job \(id): \(reply.startLine) \(reply.text)")
    }
    return try JSONValue(reply.text)
  }

  /// Waits for a job's end.
  package func finished(_ id: String, seconds: Double = patienceSeconds) throws -> FinishedJob {
    try waiting(for: "the end of job \(id)", seconds: seconds) {
      let job = try job(id)
      return job["err"] == nil ? nil : FinishedJob(document: job)
    }
  }

  /// Posts a job and waits for its end.
  package func run(
    _ command: String, _ arguments: [String] = [], seconds: Double = patienceSeconds
  ) throws -> FinishedJob {
    try finished(try submit(command, arguments), seconds: seconds)
  }

  /// Runs a check of the probe as a job, and answers what it printed.
  ///
  /// - Throws: `TestFailure` if the job did not end with 0: what it printed would prove nothing.
  package func probe(_ check: String, _ arguments: [String] = []) throws -> ProbeOutput {
    let job = try run(Probe.path(), [check] + arguments)
    guard job.code == 0 else { throw TestFailure("probe \(check): \(job.document)") }
    return ProbeOutput(job.stdout)
  }

  /// Waits until a running job has printed a line that starts with `name`; answers the facts.
  package func facts(of id: String, once name: String) throws -> ProbeOutput {
    try waiting(for: "'\(name)' on stdout of job \(id)") {
      let facts = ProbeOutput(try job(id)["stdout"]?.string ?? "")
      return facts[name] == nil ? nil : facts
    }
  }
}
