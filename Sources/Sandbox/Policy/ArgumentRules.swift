/// What arguments a request may give to an entry. Empty rules allow any.
package struct ArgumentRules: Hashable, Sendable {
  /// Put before the request's own, always; no rule is asked about them.
  package var first: [String] = []
  /// If not empty, the request's arguments must be a row of these sequences; each element is an
  /// `ArgumentPattern` as text.
  package var allow: [[String]] = []
  /// No argument of the request may match one of these patterns. They win over `allow`.
  package var deny: [String] = []
  /// How many arguments a request may give.
  package var countMax: UInt32 = 4096

  /// Sequences in `allow`, and patterns in `deny`.
  package static let rowsMax = 256
  /// Patterns in one sequence.
  package static let sequenceMax = 16
  /// Bytes of each argument that has to pass patterns, and of all of them together.
  package static let argumentBytesMax = 4096
  package static let totalBytesMax = 256 << 10

  package init() {}

  /// A pattern that is none, and where it stands.
  package struct Fault: Error, Hashable, Sendable {
    package enum Location: Hashable, Sendable {
      case allow(row: Int, element: Int)
      case deny(row: Int)
    }

    package let location: Location
    package let fault: ArgumentPattern.Fault
  }

  /// Everything that is wrong with the patterns; empty for rules that can be compiled.
  package func validate() -> [Fault] {
    var faults: [Fault] = []
    for (row, sequence) in allow.enumerated() {
      for (element, pattern) in sequence.enumerated() {
        Self.check(pattern, .allow(row: row, element: element), &faults)
      }
    }
    for (row, pattern) in deny.enumerated() { Self.check(pattern, .deny(row: row), &faults) }
    return faults
  }

  private static func check(_ pattern: String, _ location: Fault.Location, _ faults: inout [Fault])
  {
    do throws(ArgumentPattern.Fault) {
      _ = try ArgumentPattern(pattern)
    } catch {
      faults.append(Fault(location: location, fault: error))
    }
  }
}
