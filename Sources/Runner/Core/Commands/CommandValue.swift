package import TextFormats

/// A value that a request gives a field of a command.
package enum CommandValue: Hashable, Sendable {
  case text(String)
  case integer(Int)
  /// A number that is not whole.
  case decimal(Double)
  case flag(Bool)

  /// Digits behind the point of an argument that is made of a number.
  private static let places = 6
  private static let exactMax = 9_007_199_254_740_992.0
  /// Numbers below this have an argument of digits alone; those of fields do.
  private static let argumentMax = 1_000_000_000_000.0

  /// A number; one that is whole is an integer, however it was written (60.0 is 60).
  package init(number: Double) {
    self =
      number.isFinite && abs(number) < Self.exactMax && Double(Int(number)) == number
      ? .integer(Int(number)) : .decimal(number)
  }

  /// The value of a JSON text; nil for null, a list and an object.
  package init?(_ node: JSONNode) {
    switch node.content {
    case .text(let text): self = .text(text)
    case .bool(let flag): self = .flag(flag)
    case .number(let number):
      self = number.integer.map { .integer($0) } ?? CommandValue(number: number.decimal)
    case .null, .list, .object: return nil
    }
  }

  /// What stands for it in an argument: digits, perhaps with a point and at most six behind it,
  /// never an exponent. One that no field takes (`CommandField.numbers`) has what Swift prints.
  package var argument: String {
    switch self {
    case .text(let text): return text
    case .integer(let number): return "\(number)"
    case .flag(let flag): return flag ? "true" : "false"
    case .decimal(let number):
      guard abs(number) < Self.argumentMax else { return "\(number)" }
      let scale = 1_000_000.0
      let scaled = Int(abs(number) * scale + 0.5)
      var digits = "\(scaled % 1_000_000)"
      digits = String(repeating: "0", count: Self.places - digits.utf8.count) + digits
      while digits.last == "0" { digits.removeLast() }
      let sign = number < 0 && scaled > 0 ? "-" : ""
      return sign + "\(scaled / 1_000_000)" + (digits.isEmpty ? "" : ".\(digits)")
    }
  }

  /// Whether no field takes it, so that it is handed on as it is and refused by the field's name.
  var isOutOfRange: Bool {
    guard case .decimal(let number) = self else { return false }
    return !CommandField.numbers.contains(number)
  }

  /// Writes it as JSON.
  func write(to writer: inout JSONWriter) {
    switch self {
    case .text(let text): writer.string(text)
    case .integer(let number): writer.number(number)
    case .flag(let flag): writer.bool(flag)
    case .decimal: writer.rawValue(Array(argument.utf8))
    }
  }
}
