/// Progress of jobs whose entry says how to read it.
extension JobEngine {
  /// What reads the progress of a job that is launched; nil where its entry names no reader.
  func progressMonitor(of live: LiveJob) -> ProgressMonitor? {
    let clock = ports.clock
    return entries[live.entry].progress.map { progress in
      ProgressMonitor(
        progress, arguments: live.job.request.arguments,
        clock: ProgressMonitor.Clock(
          uptime: { clock.uptime() }, sleep: { await clock.sleep(for: $0) }))
    }
  }
}

extension Job {
  /// Takes the last state of its progress over into what is kept of it.
  mutating func recordProgress(at outcome: JobOutcome) {
    guard let progress else { return }
    (accounting.isShort, accounting.progressJSON) = progress.finish(
      isSuccess: outcome == .exited(code: 0))
  }
}
