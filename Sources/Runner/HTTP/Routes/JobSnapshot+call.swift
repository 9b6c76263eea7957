import RunnerCore

/// The call of a job, for its document.
extension JobSnapshot {
  /// The same job with the call of one of these commands that makes its arguments.
  func withCall(_ commands: CommandTable) -> JobSnapshot {
    var job = self
    if request.rawArguments == nil {
      job.callJSON = commands.callJSON(of: request.command, making: request.arguments)
    }
    return job
  }
}
