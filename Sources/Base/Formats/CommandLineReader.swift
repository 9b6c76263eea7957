/// Takes the arguments of a command line apart, as getopt_long(3) does: `--name value`,
/// `--name=value`, `-n value`, `-nvalue`, and `--` before what is no option. What an option means,
/// and whether it takes a value, is the caller's to know.
package struct CommandLineReader: Sendable {
  /// One option, in whichever spelling.
  package struct Option: Hashable, Sendable {
    /// The name with its dashes, without the value.
    package let spelling: String
    /// The name without dashes: one letter where the option has one dash.
    package let name: String
    /// Whether it has two dashes.
    package let isLong: Bool
    /// The value in the same argument; nil for none. May be empty behind `=`.
    package let attached: String?
  }

  /// One argument of a command line, told apart by its first bytes.
  package enum Item: Hashable, Sendable {
    case option(Option)
    /// What does not begin with a dash, or is one dash alone.
    case operand(String)
  }

  private var rest: ArraySlice<String>

  /// - Parameter arguments: the command line without the name of the program.
  package init(_ arguments: some Sequence<String>) {
    rest = Array(arguments)[...]
  }

  /// Splits a command line at its first `--`. Without one, all is options and `operands` is nil.
  package static func split(_ arguments: [String]) -> (options: [String], operands: [String]?) {
    guard let end = arguments.firstIndex(of: "--") else { return (arguments, nil) }
    return (Array(arguments[..<end]), Array(arguments[(end + 1)...]))
  }

  /// The next argument as it was given; nil at the end.
  package var upcoming: String? { rest.first }

  /// Takes the next argument; nil at the end.
  package mutating func next() -> Item? { rest.popFirst().map { Self.item($0) } }

  /// The value of an option that was just taken: what is attached to it, or else the next argument.
  ///
  /// - Parameter isValue: whether that argument can be one.
  /// - Returns: nil where there is none.
  package mutating func value(
    of option: Option, where isValue: (String) -> Bool = { _ in true }
  ) -> String? {
    if let attached = option.attached { return attached }
    guard let next = rest.first, isValue(next) else { return nil }
    return rest.popFirst()
  }

  /// Tells an option from an operand.
  package static func item(_ argument: String) -> Item {
    if argument.hasPrefix("--") {
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts.first ?? "")
      return .option(
        Option(
          spelling: "--\(name)", name: name, isLong: true,
          attached: parts.count > 1 ? String(parts[1]) : nil))
    }
    guard argument.hasPrefix("-"), let letter = argument.dropFirst().first else {
      return .operand(argument)
    }
    let attached = argument.dropFirst(2)
    return .option(
      Option(
        spelling: "-\(letter)", name: String(letter), isLong: false,
        attached: attached.isEmpty ? nil : String(attached)))
  }
}
