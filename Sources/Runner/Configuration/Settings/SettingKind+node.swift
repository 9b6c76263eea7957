internal import SandboxBase

extension SettingKind {
  /// The value of a node of a file; nil when it is none, and `problems` says why, for each element.
  func value(
    of node: JSON5Node, key: String, _ problems: inout ProblemList
  ) -> SettingValue? {
    switch self {
    case .texts(let form, let countMax):
      return texts(node, key, countMax, mayRepeat: form.mayRepeat, &problems) {
        text throws(ValueError) in try form.checked(text)
      }
    case .choices(let names):
      return texts(node, key, names.count, mayRepeat: false, &problems) { text throws(ValueError) in
        try Self.choice(text, names)
      }
    case .counts(let range, let countMax):
      return Self.numbers(node, key, range, countMax, &problems).map { .numbers($0) }
    case .network: return NetworkReader.grant(node, key, &problems).map { .network($0) }
    case .inputOutput: return DeviceReader.devices(node, key, &problems).map { .devices($0) }
    case .variables: return VariableReader.variables(node, key, &problems).map { .variables($0) }
    case .patterns(let countMax):
      return PatternReader.patterns(node, key, countMax, &problems).map { .patterns($0) }
    case .pools: return PoolReader.pools(node, key, &problems).map { .pools($0) }
    case .hooks: return HookReader.hooks(node, key, &problems).map { .hooks($0) }
    case .commands: return CommandReader.commands(node, key, &problems).map { .commands($0) }
    case .principals:
      return PrincipalReader.principals(node, key, &problems).map { .principals($0) }
    case .sequences: return PatternReader.sequences(node, key, &problems).map { .sequences($0) }
    default:
      do throws(ValueError) {
        return try single(node)
      } catch {
        problems.add(node.position, key, error.why)
        return nil
      }
    }
  }

  private func single(_ node: JSON5Node) throws(ValueError) -> SettingValue {
    switch (self, node.content) {
    case (.flag, .bool(let value)): return .flag(value)
    case (.count(let range), _): return .number(try Self.number(node, in: range))
    case (.size, .text(let text)), (.seconds, .text(let text)), (.text, .text(let text)),
      (.choice, .text(let text)):
      return try value(ofTyped: text)
    case (.size(let range), _):
      return .number(try Self.number(node, in: range, or: "a string such as \"512M\""))
    case (.seconds(let range), _):
      return .number(try Self.number(node, in: range, or: "a string such as \"90s\" or \"2h\""))
    case (.hundredths(let range), _): return .number(try Self.hundredths(node, in: range))
    default:
      let wanted = self == .flag ? "true or false" : "a string"
      throw ValueError("It must be \(wanted), not \(node.content.kindName).")
    }
  }

  /// A whole number; `1e3` is one too.
  static func number(
    _ node: JSON5Node, in range: ClosedRange<Int>, or other: String? = nil
  ) throws(ValueError) -> Int {
    let exact = 9_007_199_254_740_992.0
    let value: Int
    switch node.content {
    case .integer(let number): value = number
    case .decimal(let number) where number.rounded() == number && abs(number) < exact:
      value = Int(number)
    case .decimal(let number) where number.isFinite && abs(number) >= exact:
      value = number < 0 ? .min : .max
    case .decimal: throw ValueError("It must be a whole number.")
    default:
      let alternative = other.map { ", or \($0)" } ?? ""
      throw ValueError("It must be a number\(alternative), not \(node.content.kindName).")
    }
    guard range.contains(value) else {
      throw ValueError("It must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  private static func hundredths(
    _ node: JSON5Node, in range: ClosedRange<Int>
  ) throws(ValueError) -> Int {
    let value: Double
    switch node.content {
    case .integer(let number): value = Double(number)
    case .decimal(let number): value = number
    default: throw ValueError("It must be a number, not \(node.content.kindName).")
    }
    let scaled = (value * 100).rounded()
    guard value.isFinite, abs(scaled) < 1e12, range.contains(Int(scaled)) else {
      throw ValueError(
        "It must be from \(HundredthsValue.string(range.lowerBound)) to "
          + "\(HundredthsValue.string(range.upperBound)).")
    }
    guard abs(scaled / 100 - value) < 1e-9 else {
      throw ValueError("It has at most two digits behind the point.")
    }
    return Int(scaled)
  }

  private func texts(
    _ node: JSON5Node, _ key: String, _ countMax: Int, mayRepeat: Bool,
    _ problems: inout ProblemList, _ check: (String) throws(ValueError) -> String
  ) -> SettingValue? {
    guard let elements = Self.elements(node, key, countMax, &problems) else { return nil }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      do throws(ValueError) {
        guard case .text(let text) = element.content else {
          throw ValueError("It must be a string, not \(element.content.kindName).")
        }
        let checked = try check(text)
        guard mayRepeat || !texts.contains(checked) else {
          let shown = self == .texts(.secret, countMax: countMax) ? "It" : "`\(checked)`"
          throw ValueError("\(shown) is in this list already.")
        }
        texts.append(checked)
      } catch {
        problems.add(element.position, "\(key)[\(index)]", error.why)
      }
    }
    return .texts(texts)
  }

  static func elements(
    _ node: JSON5Node, _ key: String, _ countMax: Int, _ problems: inout ProblemList
  ) -> [JSON5Node]? {
    guard case .list(let elements) = node.content else {
      problems.add(
        node.position, key, "It must be a list, in brackets, not \(node.content.kindName).")
      return nil
    }
    guard elements.count <= countMax else {
      problems.add(
        node.position, key, "It has \(elements.count) elements; at most \(countMax) fit.")
      return nil
    }
    return elements
  }

  static func numbers(
    _ node: JSON5Node, _ key: String, _ range: ClosedRange<Int>, _ countMax: Int,
    _ problems: inout ProblemList
  ) -> [Int]? {
    guard let elements = elements(node, key, countMax, &problems) else { return nil }
    var numbers: [Int] = []
    for (index, element) in elements.enumerated() {
      do throws(ValueError) {
        let number = try number(element, in: range)
        guard !numbers.contains(number) else {
          throw ValueError("\(number) is in this list already.")
        }
        numbers.append(number)
      } catch {
        problems.add(element.position, "\(key)[\(index)]", error.why)
      }
    }
    return numbers
  }
}
