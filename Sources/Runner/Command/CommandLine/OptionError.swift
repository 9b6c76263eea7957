/// Why a command line is refused: what is wrong, why, and what a right one looks like.
package struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The option as it was typed, with its value.
  package let what: String
  /// What is wrong with it: one or two sentences.
  package let why: String
  /// A piece of a command line that would be accepted.
  package let example: String

  /// The whole error on one line, for the log.
  package var description: String { "\(what): \(why) Example: \(example)" }
}
