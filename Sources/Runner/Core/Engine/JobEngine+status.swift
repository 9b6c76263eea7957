/// State of the engine for monitoring.
extension JobEngine {
  /// Whether new jobs are accepted and start, and whether the paths of their entries are there.
  package func readiness() -> [ReadinessCheck] { [queueCheck, entriesCheck] }

  private var queueCheck: ReadinessCheck {
    if isShuttingDown {
      return ReadinessCheck("queue", .failed, "The service is stopping and takes no more jobs.")
    }
    if isDraining {
      return ReadinessCheck("queue", .failed, "The service drains and takes no more jobs.")
    }
    if queue.count >= limits.queuedMax || queue.bytes >= limits.queuedBytesMax {
      return ReadinessCheck(
        "queue", .failed, "The queue is full: \(queue.count) jobs wait. More room: `queued`.")
    }
    if isPaused {
      return ReadinessCheck(
        "queue", .degraded, "The queue is paused: no job starts until POST /queue/resume.")
    }
    if isStoreFailing {
      return ReadinessCheck(
        "queue", .degraded, "The store failed just now: no job starts until it works again.")
    }
    return ReadinessCheck(ok: "queue")
  }

  private var entriesCheck: ReadinessCheck {
    let current = entries.currentRows
    let missing = current.compactMap { entry -> String? in
      guard case .missing(let why)? = entries.closure(of: entry) else { return nil }
      return "\(entries[entry].name): \(why)"
    }
    guard !missing.isEmpty else { return ReadinessCheck(ok: "entries") }
    let state: ReadinessCheck.State = missing.count == current.count ? .failed : .degraded
    return ReadinessCheck("entries", state, missing.joined(separator: " "))
  }

  /// Gauges of the queue, of what its jobs wait for, and of the running jobs of each entry.
  package func samples() -> [MetricSample] {
    var running: [String: Int] = [:]
    for entry in entries.currentRows {
      running[entries[entry].name] = slots.inUse(of: entry)
    }
    return [
      MetricSample(.jobsQueued, Double(queue.count)),
      MetricSample(.queueBytes, Double(queue.bytes)),
      MetricSample(.queuePaused, isPaused ? 1 : 0),
    ]
      + waitingByReason.map {
        MetricSample(.jobsWaiting, Double($0.value), labels: [$0.key.rawValue])
      } + running.map { MetricSample(.jobsRunning, Double($0.value), labels: [$0.key]) }
  }
}
