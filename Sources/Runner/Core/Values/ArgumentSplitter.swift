/// Splits an `args` string as the original did: at runs of what JavaScript calls white space, with
/// no quotes and no shell.
///
/// Two quirks of the original are gone (README, migration table): leading white space gives no
/// empty argument, and an empty string gives none either. One is kept: white space at the end is
/// followed by an empty argument.
package enum ArgumentSplitter {
  /// The arguments in `text`.
  package static func split(_ text: String) -> [String] {
    let scalars = text.unicodeScalars
    let arguments = scalars.split(whereSeparator: isWhiteSpace).map { String($0) }
    guard let last = scalars.last, isWhiteSpace(last), !arguments.isEmpty else { return arguments }
    return arguments + [""]
  }

  /// Where the arguments of `text` are probably not those that its writer meant: a sentence each.
  package static func warnings(on text: String) -> [String] {
    let arguments = split(text)
    var warnings: [String] = []
    if let quoted = arguments.first(where: isQuoted) {
      warnings.append(
        "args is a string with quotation marks, which are passed on as they are, and do not hold "
          + "words together: an argument is `\(start(of: quoted))`. For arguments with spaces give "
          + "an array of strings.")
    }
    if arguments.last == "" {
      warnings.append("args ends in white space, so that its last argument is empty.")
    }
    return warnings
  }

  /// At most 40 characters of an argument.
  private static func start(of argument: String) -> String {
    argument.count <= 40 ? argument : argument.prefix(40) + "…"
  }

  /// Whether it begins with a quotation mark, or has one behind an equals sign: `title="a b"`.
  private static func isQuoted(_ argument: String) -> Bool {
    let marks = ["\"", "'"]
    return marks.contains { argument.hasPrefix($0) || argument.contains("=" + $0) }
  }

  /// ECMA-262 WhiteSpace and LineTerminator: the class that `\s` matches in a regular expression.
  private static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0d, 0x20, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
      0xfeff:
      true
    default:
      false
    }
  }
}
