internal import SandboxBase

extension SettingKind {
  /// The value that stands behind an option on the command line. Lists are joined by commas.
  ///
  /// - Throws: `ValueError` for text that is no value of this kind, and for a kind that only a file
  ///   can set.
  package func value(ofTyped text: String) throws(ValueError) -> SettingValue {
    switch self {
    case .flag:
      guard text == "true" || text == "false" else { throw ValueError("It is true or false.") }
      return .flag(text == "true")
    case .count(let range): return .number(try NumberValue.parse(text, range))
    case .size(let range): return .number(try SizeValue.parse(text, range))
    case .seconds(let range): return .number(try DurationValue.parse(text, range))
    case .hundredths(let range): return .number(try HundredthsValue.parse(text, range))
    case .text(let form): return .text(try form.checked(text))
    case .texts(let form, let countMax): return .texts(try Self.list(text, form, countMax))
    case .choice(let names): return .text(try Self.choice(text, names))
    case .choices(let names):
      var chosen: [String] = []
      for part in Self.parts(text) { chosen.append(try Self.choice(part, names)) }
      return .texts(try Self.unique(chosen))
    case .counts(let range, let countMax):
      var numbers: [Int] = []
      for part in Self.parts(text) { numbers.append(try NumberValue.parse(part, range)) }
      guard numbers.count <= countMax else { throw ValueError("At most \(countMax) fit.") }
      return .numbers(numbers)
    case .network:
      switch try Self.choice(text, Self.networkWords) {
      case "loopback": return .network(.loopback)
      case "all": return .network(.all)
      default: return .network(.none)
      }
    case .inputOutput, .pools, .variables, .patterns, .sequences, .principals,
      .commands, .hooks:
      throw ValueError("It can be set in a configuration file only.")
    }
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private static func list(
    _ text: String, _ form: TextFormat, _ countMax: Int
  ) throws(ValueError) -> [String] {
    switch form {
    case .path: return try PathValue.list(text)
    case .hostName: return try HostNameValue.list(text)
    // Its words are joined by commas; the option is given again for a further one.
    case .listener: return [try form.checked(text)]
    default:
      var texts: [String] = []
      for part in parts(text) { texts.append(try form.checked(part)) }
      guard texts.count <= countMax else { throw ValueError("At most \(countMax) fit.") }
      return try unique(texts)
    }
  }

  static func choice(_ text: String, _ names: [String]) throws(ValueError) -> String {
    guard names.contains(text) else {
      let hint =
        SpellingSuggestion.nearest(to: text, among: names).map { " Did you mean \($0)?" } ?? ""
      throw ValueError(
        "`\(text)` is none of these: \(names.joined(separator: ", ")).\(hint)")
    }
    return text
  }

  private static func unique(_ texts: [String]) throws(ValueError) -> [String] {
    var seen: Set<String> = []
    for text in texts where !seen.insert(text).inserted {
      throw ValueError("It has \(text) twice.")
    }
    return texts
  }
}
