import Glibc
import TestSupport
import Testing

/// Accepted means kept, whatever dies and whenever: hundreds of lives of one service, each of which
/// ends in the midst of a load of all kinds of jobs.
///
/// `make torture ROUNDS=5000` goes on for longer; `SEED` makes the same choices again, as far as
/// the scheduler lets it.
struct TortureTests {
  static let rounds = Environment["HTTP_RUNNER_TORTURE_ROUNDS"].flatMap { Int($0) } ?? 200
  static let seed =
    Environment["HTTP_RUNNER_TORTURE_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...UInt64.max)

  // Proves P-051, P-052.
  @Test func `no job is lost, and none runs twice, whatever is killed and whenever`() throws {
    var torture = try Torture(seed: Self.seed)
    Self.say("seed \(Self.seed), \(Self.rounds) rounds")
    for round in 1...Self.rounds {
      do {
        try torture.live()
      } catch {
        throw TestFailure("seed \(Self.seed), round \(round), \(torture.summary): \(error)")
      }
      if round.isMultiple(of: 50) { Self.say("round \(round): \(torture.summary)") }
    }
    do {
      try torture.finish()
    } catch {
      throw TestFailure("seed \(Self.seed), at the end: \(error)")
    }
    Self.say("end: \(torture.summary)")
  }

  /// To standard error: whoever watches wants the seed before the end.
  private static func say(_ text: String) {
    let line = Array("torture: \(text)\n".utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
  }
}
