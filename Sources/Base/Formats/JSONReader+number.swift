extension JSONReader {
  /// A number, with its sign, point or first digit here.
  mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = index
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || (!isStrict && next == UInt8(ascii: "+")) { index += 1 }
    guard !isStrict else { return try decimalNumber(isNegative, since: start) }
    let number: JSONNumber
    switch next {
    case UInt8(ascii: "I"), UInt8(ascii: "N"): number = try endless(isNegative, since: start)
    case UInt8(ascii: "0") where following == UInt8(ascii: "x") || following == UInt8(ascii: "X"):
      number = try hexadecimalNumber(isNegative, since: start)
    default: number = try decimalNumber(isNegative, since: start)
    }
    if let scalar = here, scalar == "\\" || Self.isNamePart(scalar, isFirst: false) {
      throw fault(
        json: "", json5: "letters follow this number; with a unit it is a string: \"512M\"",
        since: start)
    }
    return number
  }

  /// The byte behind the one to be read.
  private var following: UInt8? { index + 1 < bytes.count ? bytes[index + 1] : nil }

  private mutating func endless(
    _ isNegative: Bool, since start: Int
  ) throws(JSONSyntaxError) -> JSONNumber {
    switch try identifier("a number is missing") {
    case "Infinity": return JSONNumber(isNegative ? -Double.infinity : .infinity)
    case "NaN": return JSONNumber(Double.nan)
    default: throw fault(json: "", json5: "this is no number", since: start)
    }
  }

  private mutating func hexadecimalNumber(
    _ isNegative: Bool, since start: Int
  ) throws(JSONSyntaxError) -> JSONNumber {
    index += 2
    let first = index
    while let byte = next, Self.hexadecimalDigit(byte) != nil { index += 1 }
    guard index > first else {
      throw fault(json: "", json5: "hexadecimal digits are missing behind 0x", since: start)
    }
    let digits = String(decoding: bytes[first..<index], as: UTF8.self)
    guard let value = Int((isNegative ? "-" : "") + digits, radix: 16) else {
      throw fault(json: "", json5: "this number is too large", since: start)
    }
    return JSONNumber(value)
  }

  private mutating func decimalNumber(
    _ isNegative: Bool, since start: Int
  ) throws(JSONSyntaxError) -> JSONNumber {
    let whole = try whole(since: start)
    var text = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
    var isWhole = true
    if skip(".") {
      isWhole = false
      let fraction = digits()
      guard !fraction.isEmpty || (!isStrict && !whole.isEmpty) else {
        throw fault(
          json: "a digit is expected", json5: "a point alone is no number", since: start)
      }
      text += "." + (fraction.isEmpty ? "0" : fraction)
    }
    guard !whole.isEmpty || !isWhole else {
      throw fault(json: "a digit is expected", json5: "digits are missing here", since: start)
    }
    if skip("e") || skip("E") {
      isWhole = false
      let isSmall = skip("-")
      if !isSmall { _ = skip("+") }
      let exponent = digits()
      guard !exponent.isEmpty else {
        throw fault(
          json: "a digit is expected", json5: "digits are missing in the exponent", since: start)
      }
      text += "e" + (isSmall ? "-" : "") + exponent
    }
    return JSONNumber(text, isWhole: isWhole)
  }

  /// The digits before a point. What follows a 0 is no part of a number of JSON.
  private mutating func whole(since start: Int) throws(JSONSyntaxError) -> String {
    if isStrict, skip("0") { return "0" }
    let whole = digits()
    guard !isStrict || !whole.isEmpty else { throw fault(json: "a digit is expected", json5: "") }
    guard isStrict || whole.count < 2 || !whole.hasPrefix("0") else {
      throw fault(
        json: "", json5: "a number does not begin with a superfluous 0", since: start)
    }
    return whole
  }

  private mutating func digits() -> String {
    let start = index
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }
}
