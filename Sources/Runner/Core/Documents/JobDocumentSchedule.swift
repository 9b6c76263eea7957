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

  static func write(_ wait: JobWait, to writer: inout JSONWriter) {
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

  private static func write(_ name: String, _ ids: [JobID], to writer: inout JSONWriter) {
    writer.key(name)
    writer.beginArray()
    for id in ids { writer.string(id.description) }
    writer.endArray()
  }
}
