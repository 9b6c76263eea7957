import RunnerCore

/// Codec for the earlier runs of a job in one column, and for when the next one may start: texts,
/// none for a job that ran once or never.
enum AttemptCodec {
  private static let textsEach = 4

  static func encode(_ attempts: [JobAttempt], _ retryAt: Timestamp?) -> [UInt8] {
    guard !attempts.isEmpty else { return [] }
    return TextListCodec.encode(
      [retryAt.map { String($0.microseconds) } ?? ""]
        + attempts.flatMap { attempt in
          [
            attempt.outcome, attempt.code.map(String.init) ?? "",
            String(attempt.startedAt.microseconds), String(attempt.finishedAt.microseconds),
          ]
        })
  }

  /// - Returns: nil for what `encode` never made.
  static func decode(_ bytes: [UInt8]) -> (attempts: [JobAttempt], retryAt: Timestamp?)? {
    guard !bytes.isEmpty else { return ([], nil) }
    guard let texts = TextListCodec.decode(bytes), texts.count % textsEach == 1 else { return nil }
    var attempts: [JobAttempt] = []
    for index in stride(from: 1, to: texts.count, by: textsEach) {
      guard let started = Int64(texts[index + 2]), let finished = Int64(texts[index + 3]) else {
        return nil
      }
      attempts.append(
        JobAttempt(
          outcome: texts[index], code: Int(texts[index + 1]),
          startedAt: Timestamp(microseconds: started),
          finishedAt: Timestamp(microseconds: finished)))
    }
    return (attempts, Int64(texts[0]).map { Timestamp(microseconds: $0) })
  }
}
