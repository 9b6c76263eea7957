import RunnerCore

/// Codec for the schedule of a job in one column: pairs of texts, empty for a job that may start at
/// any time.
enum ScheduleCodec {
  static func encode(_ schedule: JobSchedule) -> [UInt8] {
    var texts = schedule.after.flatMap { ["after", $0.description] }
    if let start = schedule.notBefore { texts += ["notBefore", String(start.microseconds)] }
    return TextListCodec.encode(texts)
  }

  /// - Returns: nil for what `encode` never made.
  static func decode(_ bytes: [UInt8]) -> JobSchedule? {
    guard !bytes.isEmpty else { return .immediate }
    guard let pairs = TextListCodec.decodePairs(bytes) else { return nil }
    var after: [JobID] = []
    var notBefore: Timestamp?
    for (name, value) in pairs {
      switch name {
      case "after":
        guard let id = JobID(value) else { return nil }
        after.append(id)
      case "notBefore":
        guard let microseconds = Int64(value) else { return nil }
        notBefore = Timestamp(microseconds: microseconds)
      default: return nil
      }
    }
    do throws(JobRefusal) {
      return try JobSchedule(after: after, notBefore: notBefore)
    } catch {
      return nil
    }
  }
}
