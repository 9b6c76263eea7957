internal import RunnerCore
internal import TextFormats

/// Lines of the audit log: one JSON object each.
enum AuditLine {
  /// `time, request, principal, address, evidence, method, route, job, reason, status`; what is
  /// not known is null. A refusal for a quota has its name, `quota`.
  static func bytes(_ record: AuditRecord) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, value) in [
      ("time", record.time.description), ("request", record.requestID?.text),
      ("principal", record.principal?.name), ("address", record.address),
      ("evidence", record.evidence), ("method", record.method), ("route", record.route),
      ("job", record.jobID?.description), ("reason", record.reason),
    ] {
      writer.key(name)
      if let value { writer.string(value) } else { writer.null() }
    }
    writer.key("status")
    writer.number(record.status)
    if let quota = record.quota {
      writer.key("quota")
      writer.string(quota)
    }
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// `time, lost`: that many lines could not be kept.
  static func bytes(lostCount: Int, at time: Timestamp) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("time")
    writer.string(time.description)
    writer.key("lost")
    writer.number(lostCount)
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}
