internal import SandboxBase

/// The range of numeric uids and gids that are reserved for jobs.
package enum IDRange {
  /// Below are the ids of services. Those up to 65535 are for hosts that have no others.
  private static let firstMin: UInt32 = 1000
  /// The largest two mean the overflow id and "leave unchanged" to system calls.
  private static let lastMax: UInt32 = 4_294_967_293
  /// Above what useradd(8), containers and directory services hand out.
  private static let defaultFirst: UInt32 = 1_879_048_192
  /// Ids beyond one for each running job: the service's own, and some that rest the longer.
  private static let defaultSpare = 16

  /// The default range, as the help text describes it.
  package static let defaultText = "\(defaultFirst)-, \(defaultSpare) more than --running"

  /// The range where none is given: `running` ids and 16 more.
  ///
  /// - Parameter running: jobs at one time, 1 to 4096.
  package static func defaultRange(running: Int) -> ClosedRange<UInt32> {
    defaultFirst...defaultFirst + UInt32(running + defaultSpare - 1)
  }

  /// Reads a range `FIRST-LAST`.
  ///
  /// - Throws: `ValueError` for another form, an id outside 65,536 to 4,294,967,293, or a first id
  ///   above the last.
  package static func parse(_ text: String) throws(ValueError) -> ClosedRange<UInt32> {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = NumberValue.digits(parts[0]),
      let last = NumberValue.digits(parts[1])
    else {
      throw ValueError("It must be two numbers with a hyphen between them.")
    }
    guard first >= Int(firstMin) else {
      throw ValueError("The first id must be at least \(firstMin): those below have owners.")
    }
    guard last <= Int(lastMax) else { throw ValueError("The last id must be at most \(lastMax).") }
    guard first <= last else { throw ValueError("The first id must not be above the last.") }
    return UInt32(first)...UInt32(last)
  }

  /// Checks that a range has room for the jobs and for the service's own ids.
  ///
  /// - Throws: `ValueError` if `range` is too small for `running` jobs at one time.
  package static func check(_ range: ClosedRange<UInt32>, running: Int) throws(ValueError) {
    let countMin = running + IdentityRange.reserved
    guard range.count >= countMin else {
      throw ValueError(
        "It holds \(range.count) ids; --running \(running) needs at least \(countMin).")
    }
  }
}
