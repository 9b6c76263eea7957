/// What an entry says of the results of its jobs, and of what counts as success.
package struct EntryResults: Hashable, Sendable {
  /// What becomes of a target that exists.
  package enum ExistingRule: String, Hashable, Sendable {
    /// The job fails, before its program runs where that is known by then.
    case refuse
    /// The result takes its place.
    case replace
    /// It stays: a job all of whose targets exist succeeds without a run.
    case keep
  }

  /// A program that judges each result while it has its temporary name: a job of another entry.
  package struct Check: Hashable, Sendable {
    /// Name of the entry.
    package let entry: String
    /// Its arguments, in which `pathPlaceholder` stands for the path of the result.
    package let arguments: [String]

    /// What stands in the arguments for the path of the result.
    package static let pathPlaceholder = "{output}"

    /// A check by an entry.
    package init(entry: String, arguments: [String]) {
      self.entry = entry
      self.arguments = arguments
    }
  }

  /// What becomes of a target that exists.
  package var existing = ExistingRule.refuse
  /// Whether what a job that failed wrote stays under its temporary name.
  package var keepsPartial = false
  /// Exit codes by which a job succeeds.
  package var successCodes: Set<UInt8> = [0]
  /// What must not stand in the standard error of a job that succeeded, byte for byte.
  package var stderrMustNot: [String] = []
  /// What judges its results; nil for nothing.
  package var check: Check?

  /// Bytes of one phrase of `stderrMustNot` at most.
  package static let phraseBytesMax = 256
  /// Phrases of `stderrMustNot` at most.
  package static let phrasesMax = 16

  /// The results of an entry that says nothing of them.
  package init() {}

  /// Whether it says more of success than every entry does.
  var judges: Bool { successCodes != [0] || !stderrMustNot.isEmpty || check != nil }
}
