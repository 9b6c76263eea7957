/// One line of the operator's log for the start of each job, and one for its end. Never arguments,
/// variables or output: they may hold secrets.
extension JobEngine {
  func logStart(of live: LiveJob) {
    let job = live.job
    let again = job.epoch > 1 ? ", run \(job.epoch)" : ""
    ports.log.log(
      .info, "job.started",
      "job \(job.id) of \(job.client.name): \(job.request.command) starts\(again)",
      [
        "job": "\(job.id)", "client": .text(job.client.name), "command": .text(job.request.command),
        "request": .text(job.requestID?.text ?? ""),
      ])
  }

  func logEnd(of live: LiveJob, _ outcome: JobOutcome) {
    ports.log.log(
      .info, "job.ended", "job \(live.job.id): \(Self.text(of: outcome, live.job.accounting))",
      [
        "job": "\(live.job.id)", "outcome": .text(outcome.name),
        "request": .text(live.job.requestID?.text ?? ""),
      ])
  }

  private static func text(of outcome: JobOutcome, _ accounting: JobAccounting.Record) -> String {
    var text = outcome.name
    switch outcome {
    case .signaled(let signal): text += " \(SignalName.of(signal))"
    case .launchFailed(let failure), .rejected(let failure):
      text += " \(failure.step) \(failure.name)"
    case .filtered(let call): text += " \(call)"
    case .skipped(let id): text += " after \(id)"
    case .exited, .timedOut, .stalled, .overdue, .cancelled, .stopped, .outOfMemory, .lost:
      if let code = outcome.code { text += " \(code)" }
    }
    if let usage = accounting.usage {
      text += ", \(usage.wall / 1000) ms, \((usage.user + usage.system) / 1000) ms of processors"
    }
    if !accounting.limitsMet.isEmpty {
      text += ", met \(accounting.limitsMet.joined(separator: " "))"
    }
    if accounting.isShort { text += ", short" }
    return accounting.isUnfinished ? text + ", unfinished" : text
  }
}
