/// The `id` of a server-sent event: a cursor of all that was sent up to it, so that a client that
/// reconnects with it gets exactly the rest. There is no log of events behind it.
///
/// `1-2-4096-17`: of the job's first run, that it runs, 4096 bytes of stdout and 17 of stderr.
struct EventID: Hashable, Sendable {
  /// Events of a job beside its output, in this order.
  enum Milestone: Int, Comparable, Sendable {
    case nothing, queued, running, finished, end

    static func < (one: Milestone, other: Milestone) -> Bool { one.rawValue < other.rawValue }
  }

  /// Number of the run of the job, counted from 1.
  var attempt: Int
  var milestone: Milestone
  /// Bytes of each stream that were sent, or reported as gone; always whole characters.
  var stdout = 0
  var stderr = 0

  /// Digits that a number may have.
  private static let digitsMax = 18

  init(attempt: Int, milestone: Milestone) {
    self.attempt = attempt
    self.milestone = milestone
  }

  /// - Returns: nil for what no event ever had.
  init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    var numbers: [Int] = []
    for part in parts {
      let isDigits = part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isDigits, part.count <= Self.digitsMax, let number = Int(Substring(part)) else {
        return nil
      }
      numbers.append(number)
    }
    guard numbers.count == 4, numbers[0] > 0, let milestone = Milestone(rawValue: numbers[1]) else {
      return nil
    }
    self.init(attempt: numbers[0], milestone: milestone)
    stdout = numbers[2]
    stderr = numbers[3]
  }

  var text: String { "\(attempt)-\(milestone.rawValue)-\(stdout)-\(stderr)" }
}
