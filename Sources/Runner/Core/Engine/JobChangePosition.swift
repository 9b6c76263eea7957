/// How far a reader of a `JobChangeLog` has come: `9f3a…-17`, the log and the newest change in it
/// that was read.
package struct JobChangePosition: Hashable, Sendable {
  /// Drawn anew for each log: one process, and one time that it was read.
  package let log: UInt64
  /// Of the newest change that was read; 0 before the first.
  package let sequence: UInt64

  /// A position in the log of that number.
  package init(log: UInt64, sequence: UInt64) {
    self.log = log
    self.sequence = sequence
  }

  /// - Returns: nil for a text that no position has.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2,
      let log = Self.number(parts[0], radix: 16, digitsMax: 16),
      let sequence = Self.number(parts[1], radix: 10, digitsMax: 19)
    else { return nil }
    self.init(log: log, sequence: sequence)
  }

  /// A number without a sign, which `UInt64` would take.
  private static func number(
    _ digits: Substring.UTF8View.SubSequence, radix: Int, digitsMax: Int
  ) -> UInt64? {
    guard (1...digitsMax).contains(digits.count), digits.first != UInt8(ascii: "+") else {
      return nil
    }
    return UInt64(Substring(digits), radix: radix)
  }

  /// As clients hold it.
  package var text: String { String(log, radix: 16) + "-\(sequence)" }
}
