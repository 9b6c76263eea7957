extension JSON5Parser {
  /// A number, with its sign, point or first digit here.
  mutating func number() throws(JSON5Fault) -> JSON5Node.Content {
    let start = cursor.position
    let isNegative = cursor.current == "-"
    if isNegative || cursor.current == "+" { cursor.next() }
    let content: JSON5Node.Content
    switch cursor.current {
    case "I", "N": content = try endless(isNegative, since: start)
    case "0" where cursor.lookahead == "x" || cursor.lookahead == "X":
      content = try hexadecimalNumber(isNegative, since: start)
    default: content = try decimalNumber(isNegative, since: start)
    }
    if let scalar = cursor.current, scalar == "\\" || Self.isNamePart(scalar, isFirst: false) {
      throw JSON5Fault(
        position: start, why: "letters follow this number; with a unit it is a string: \"512M\"")
    }
    return content
  }

  private mutating func endless(
    _ isNegative: Bool, since start: SourcePosition
  ) throws(JSON5Fault) -> JSON5Node.Content {
    switch try identifier("a number is missing") {
    case "Infinity": return .decimal(isNegative ? -.infinity : .infinity)
    case "NaN": return .decimal(.nan)
    default: throw JSON5Fault(position: start, why: "this is no number")
    }
  }

  private mutating func hexadecimalNumber(
    _ isNegative: Bool, since start: SourcePosition
  ) throws(JSON5Fault) -> JSON5Node.Content {
    cursor.next()
    cursor.next()
    var digits = ""
    while let scalar = cursor.current, Self.hexadecimalDigit(scalar) != nil {
      cursor.next()
      digits.unicodeScalars.append(scalar)
    }
    guard !digits.isEmpty else {
      throw JSON5Fault(position: start, why: "hexadecimal digits are missing behind 0x")
    }
    if let value = Int((isNegative ? "-" : "") + digits, radix: 16) { return .integer(value) }
    throw JSON5Fault(position: start, why: "this number is too large")
  }

  private mutating func decimalNumber(
    _ isNegative: Bool, since start: SourcePosition
  ) throws(JSON5Fault) -> JSON5Node.Content {
    let whole = digits()
    guard whole.count < 2 || !whole.hasPrefix("0") else {
      throw JSON5Fault(position: start, why: "a number does not begin with a superfluous 0")
    }
    var text = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
    var isWhole = true
    if cursor.consume(".") {
      isWhole = false
      let fraction = digits()
      guard !whole.isEmpty || !fraction.isEmpty else {
        throw JSON5Fault(position: start, why: "a point alone is no number")
      }
      text += "." + (fraction.isEmpty ? "0" : fraction)
    }
    guard !whole.isEmpty || !isWhole else {
      throw JSON5Fault(position: start, why: "digits are missing here")
    }
    if cursor.consume("e") || cursor.consume("E") {
      isWhole = false
      let isSmall = cursor.consume("-")
      if !isSmall { _ = cursor.consume("+") }
      let exponent = digits()
      guard !exponent.isEmpty else {
        throw JSON5Fault(position: start, why: "digits are missing in the exponent")
      }
      text += "e" + (isSmall ? "-" : "") + exponent
    }
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else {
      throw JSON5Fault(position: start, why: "this number is too large")
    }
    return .decimal(value)
  }

  private mutating func digits() -> String {
    var digits = ""
    while let scalar = cursor.current, ("0"..."9").contains(scalar) {
      cursor.next()
      digits.unicodeScalars.append(scalar)
    }
    return digits
  }
}
