import TextFormats

/// Delivery state and attempts of a job, for clients that may read the job.
package struct CallbackReport: Hashable, Sendable {
  /// State of the delivery, as far as the store has a record of it.
  package enum State: Hashable, Sendable {
    /// The job has not ended.
    case pending
    case known(CallbackState)
    /// The job ended under a version that kept no such record.
    case unknown
  }

  /// Callback URL, as the client gave it; nil where the job has none.
  package let url: String?
  /// State of the delivery at this moment.
  package let state: State
  /// The latest attempts, oldest first; at most `CallbackAttempt.keptMax`.
  package let attempts: [CallbackAttempt]

  /// A report of the given attempts, oldest first.
  package init(url: String?, state: State, attempts: [CallbackAttempt] = []) {
    self.url = url
    self.state = state
    self.attempts = attempts
  }

  /// Its JSON: `{id, callback, state, nextAttemptAt?, attempts: [{at, milliseconds, status |
  /// error}]}`.
  package func document(of id: JobID) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("id")
    writer.string(id.description)
    writer.key("callback")
    if let url { writer.string(CallbackURL.redacted(url)) } else { writer.null() }
    writer.key("state")
    writer.string(stateName)
    if case .known(.scheduled(let at)) = state {
      writer.key("nextAttemptAt")
      writer.string(at.description)
    }
    writer.key("attempts")
    writer.beginArray()
    for attempt in attempts { Self.write(attempt, to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private var stateName: String {
    switch state {
    case .pending: "pending"
    case .known(.scheduled): "owed"
    case .known(.delivered): "delivered"
    case .known(.givenUp): "given_up"
    case .unknown: "unknown"
    }
  }

  private static func write(_ attempt: CallbackAttempt, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("at")
    writer.string(attempt.at.description)
    writer.key("milliseconds")
    writer.number(attempt.milliseconds)
    switch attempt.result {
    case .answered(let status, _):
      writer.key("status")
      writer.number(status)
    case .failed(let fault):
      writer.key("error")
      writer.string(fault.rawValue)
    }
    writer.endObject()
  }
}
