import Glibc
import TestSupport
import Testing

/// What a job that takes all it can get costs another one, the service, and the machine.
///
/// Alone in a process: beside other tests nothing could be measured (scripts/test.sh).
@Suite(.serialized)
struct ExhaustionTests {
  /// Rounds without and with the hog, one after the other, so that a slow minute strikes both.
  static let rounds = 5
  /// Millions of turns: some tenths of a second of one processor.
  static let work = "200"
  /// A well-behaved job may take less than half as long again, where the machine has a processor
  /// for the hog. Where others keep all of them busy, the hog's fair part is half of what the job
  /// had: then twice that.
  static let growthMax = 1.5
  static let answerSecondsMax = 0.1
  /// Processors without work while a job works alone, below which there is none for the hog.
  static let spareProcessorsMin = 0.5

  // Proves P-024, P-099.
  @Test(arguments: Hog.all)
  func `a hog costs its neighbour less than half, and leaves nothing`(_ hog: Hog) throws {
    let server = try RunningServer(
      whitelist: [Probe.path()],
      options: ["--output-per-stream", "64K", "--limit-data", "256M"])
    // Once before: sandboxes and cgroups for two jobs at one time are kept from then on.
    let first = try server.submit(Probe.path(), hog.words)
    _ = try Self.workSeconds(server)
    try Self.end(first, running: hog, on: server)
    let start = try ServiceFootprint(of: server)
    var alone: [Double] = []
    var beside: [Double] = []
    var answers: [Double] = []
    var idleSeconds = 0.0
    for _ in 0..<Self.rounds {
      let idle = try IdleTime()
      alone.append(try Self.workSeconds(server))
      idleSeconds += try idle.processorSeconds()
      let job = try server.submit(Probe.path(), hog.words)
      try waiting(until: "the hog to run") {
        !server.process.processes(running: hog.words.joined(separator: " ")).isEmpty
      }
      beside.append(try Self.workSeconds(server, answers: &answers))
      try Self.end(job, running: hog, on: server)
    }
    let spareProcessors = idleSeconds / alone.reduce(0, +)
    let part = spareProcessors < Self.spareProcessorsMin ? 2.0 : 1
    let growth = Self.median(beside) / Self.median(alone)
    #expect(
      growth < Self.growthMax * part,
      "\(alone) alone, \(beside) beside the \(hog), \(spareProcessors) processors to spare")
    let answerSecondsMax = Self.answerSecondsMax * part
    #expect(Self.median(answers) < answerSecondsMax, "\(answers.sorted())")
    #expect(answers.filter { $0 >= answerSecondsMax }.count * 20 <= answers.count)
    try start.expectAgain(of: server)
    #expect(try server.stop() == .exited(0))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .infinity : sorted[sorted.count / 2]
  }

  private static func workSeconds(_ server: RunningServer) throws -> Double {
    var answers: [Double] = []
    return try workSeconds(server, answers: &answers)
  }

  /// From the request to the last byte of the result; each GET's time is added to `answers`.
  private static func workSeconds(
    _ server: RunningServer, answers: inout [Double]
  ) throws -> Double {
    let start = monotonicSeconds()
    let id = try server.submit(Probe.path(), ["work", work])
    while true {
      let asked = monotonicSeconds()
      let job = try server.job(id)
      answers.append(monotonicSeconds() - asked)
      if job["err"] != nil {
        #expect(job["code"]?.integer == 0)
        return monotonicSeconds() - start
      }
    }
  }

  /// Kills the hog's first process from outside, and waits until the service says so.
  private static func end(_ job: String, running hog: Hog, on server: RunningServer) throws {
    // On a busy machine a job that started later may have ended before the hog ran.
    let first = try waiting(for: "the first process of the \(hog)") {
      server.process.processes(running: hog.words.joined(separator: " "))
        .min { ProcessTable.startTicks(of: $0) < ProcessTable.startTicks(of: $1) }
    }
    kill(first, SIGKILL)
    let document = try server.finished(job).document
    #expect(document["code"] == .null, "\(document)")
  }
}
