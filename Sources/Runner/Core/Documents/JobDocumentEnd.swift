import TextFormats

/// The members of a job's document that are there once it has ended, `err` apart.
enum JobDocumentEnd {
  static func write(
    _ outcome: JobOutcome, _ accounting: JobAccounting.Record, to writer: inout JSONWriter
  ) {
    writer.key("outcome")
    writer.string(outcome.name)
    if case .signaled(let signal) = outcome {
      writer.key("signal")
      writer.number(signal)
      writer.key("signalName")
      writer.string(SignalName.of(signal))
    }
    if !accounting.limitsMet.isEmpty {
      writer.key("limitsMet")
      writer.beginArray()
      for limit in accounting.limitsMet { writer.string(limit) }
      writer.endArray()
    }
    if accounting.isUnfinished {
      writer.key("unfinished")
      writer.bool(true)
    }
    if accounting.isShort {
      writer.key("short")
      writer.bool(true)
    }
    if !accounting.files.isEmpty {
      writer.key("files")
      JobFileDocument.write(accounting.files, to: &writer)
    }
    if let hasSucceeded = accounting.hasSucceeded {
      writer.key("succeeded")
      writer.bool(hasSucceeded)
    }
    if !accounting.results.isEmpty { write(accounting.results, to: &writer) }
    if let usage = accounting.usage { write(usage, to: &writer) }
    guard !accounting.refusals.isEmpty else { return }
    writer.key("refused")
    writer.beginArray()
    for refusal in accounting.refusals {
      writer.beginObject()
      writer.key("call")
      writer.string(refusal.call)
      writer.key("error")
      if let error = refusal.error { writer.string(error) } else { writer.null() }
      writer.key("count")
      writer.number(refusal.count)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(_ results: [ResultRecord], to writer: inout JSONWriter) {
    writer.key("results")
    writer.beginArray()
    for result in results {
      writer.beginObject()
      writer.key("path")
      writer.string(result.path)
      writer.key("outcome")
      writer.string(result.outcome.rawValue)
      if let bytes = result.bytes {
        writer.key("bytes")
        writer.number(bytes)
      }
      if let path = result.partialPath {
        writer.key("partialPath")
        writer.string(path)
      }
      if !result.message.isEmpty {
        writer.key("message")
        writer.string(result.message)
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// Times in microseconds, memory in bytes.
  private static func write(_ usage: JobAccounting.ResourceUsage, to writer: inout JSONWriter) {
    writer.key("usage")
    writer.beginObject()
    for (name, value) in [
      ("user", usage.user), ("system", usage.system), ("wall", usage.wall),
      ("peakMemory", usage.peakMemory),
    ] {
      writer.key(name)
      writer.number(value)
    }
    if let count = usage.peakProcesses {
      writer.key("peakProcesses")
      writer.number(count)
    }
    writer.key("of")
    writer.string(usage.isOfWholeJob ? "job" : "largest process")
    writer.endObject()
  }
}
