import RunnerCore
import TextFormats

/// The queue as JSON: `paused, draining, waiting, waitingBytes, running, longestWait, drainPerHour,
/// waitingFor, limits`.
enum QueueDocument {
  static func bytes(_ status: QueueStatus) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("paused")
    writer.bool(status.isPaused)
    writer.key("draining")
    writer.bool(status.isDraining)
    for (name, value) in [
      ("waiting", status.waiting), ("waitingBytes", status.waitingBytes),
      ("running", status.running), ("longestWait", status.longestWaitSeconds),
      ("drainPerHour", status.drainPerHour),
    ] as [(String, Int?)] {
      writer.key(name)
      if let value { writer.number(value) } else { writer.null() }
    }
    writer.key("waitingFor")
    writer.beginObject()
    for reason in WaitReason.allCases {
      guard let count = status.waitingByReason[reason] else { continue }
      writer.key(reason.rawValue)
      writer.number(count)
    }
    writer.endObject()
    writer.key("limits")
    writer.beginObject()
    for (name, value) in [
      ("waiting", status.limits.queuedMax), ("waitingBytes", status.limits.queuedBytesMax),
      ("running", status.limits.runningMax),
    ] {
      writer.key(name)
      writer.number(value)
    }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }
}
