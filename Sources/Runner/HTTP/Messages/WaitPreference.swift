/// How many seconds a client prefers to wait for the end of a job: `?wait=N` or `Prefer: wait=N`
/// (RFC 7240, section 4.3).
enum WaitPreference {
  /// - Returns: at most `LongPollWaiter.secondsMax`; 0 where the client does not want to wait.
  static func seconds(_ request: Request) throws(Query.ParseError) -> Int {
    if let seconds = try request.query.number("wait", in: 0...LongPollWaiter.secondsMax) {
      return seconds
    }
    for preference in request.fields.prefer.split(whereSeparator: { $0 == "," || $0 == ";" }) {
      let parts = preference.split(separator: "=", maxSplits: 1).map {
        $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
      }
      // A preference that is not understood is ignored, as the RFC has it.
      guard parts.count == 2, parts[0].lowercased() == "wait", let seconds = Int(parts[1]),
        seconds > 0
      else { continue }
      return min(seconds, LongPollWaiter.secondsMax)
    }
    return 0
  }
}
