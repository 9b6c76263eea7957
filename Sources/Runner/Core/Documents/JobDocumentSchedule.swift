import TextFormats

/// The members of a job's document that say when it may start, and what it waits for.
enum JobDocumentSchedule {
  static func write(_ schedule: JobSchedule, to writer: inout JSONWriter) {
    if !schedule.after.isEmpty { write("after", schedule.after, to: &writer) }
    if let start = schedule.notBefore {
      writer.key("notBefore")
      writer.string(start.description)
    }
  }

  static func write(_ wait: WaitStatus, to writer: inout JSONWriter) {
    writer.key("waiting")
    writer.beginObject()
    writer.key("for")
    writer.string(wait.reason.rawValue)
    if !wait.jobs.isEmpty { write("jobs", wait.jobs, to: &writer) }
    if let until = wait.until {
      writer.key("until")
      writer.string(until.description)
    }
    if let place = wait.place {
      writer.key("place")
      writer.number(place)
    }
    writer.endObject()
  }

  /// Each run that was followed by another one: how and when it ended.
  static func write(_ attempts: [JobAttempt], to writer: inout JSONWriter) {
    writer.key("attempts")
    writer.beginArray()
    for attempt in attempts {
      writer.beginObject()
      writer.key("outcome")
      writer.string(attempt.outcome)
      writer.key("code")
      if let code = attempt.code { writer.number(code) } else { writer.null() }
      writer.key("startedAt")
      writer.string(attempt.startedAt.description)
      writer.key("finishedAt")
      writer.string(attempt.finishedAt.description)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(_ name: String, _ ids: [JobID], to writer: inout JSONWriter) {
    writer.key(name)
    writer.beginArray()
    for id in ids { writer.string(id.description) }
    writer.endArray()
  }
}
