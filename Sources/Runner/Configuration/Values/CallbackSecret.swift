/// `whsec_` and base64: a key as Standard Webhooks 1.0.0 writes it. No error and no log quotes one.
package struct CallbackSecret: Hashable, Sendable, CustomStringConvertible {
  private static let start = "whsec_"
  private static let byteCounts = 24...64
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package let bytes: [UInt8]

  package init(_ text: String) throws(ValueError) {
    guard text.hasPrefix(Self.start) else {
      throw ValueError("It must begin with \(Self.start). To make one: \(Self.recipe)")
    }
    guard let bytes = Self.decoded(text.utf8.dropFirst(Self.start.utf8.count)) else {
      throw ValueError(
        "Behind \(Self.start) it must be base64, padded with =. To make one: \(Self.recipe)")
    }
    guard Self.byteCounts.contains(bytes.count) else {
      throw ValueError(
        "It holds \(bytes.count) bytes; it must hold \(Self.byteCounts.lowerBound) to "
          + "\(Self.byteCounts.upperBound). To make one: \(Self.recipe)")
    }
    self.bytes = bytes
  }

  private static let recipe = "echo whsec_$(openssl rand -base64 32)"

  package var description: String { "a secret" }

  /// RFC 4648, section 4; nil for anything else.
  private static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
    let digits = text.prefix { $0 != UInt8(ascii: "=") }
    let padding = text.dropFirst(digits.count)
    guard text.count.isMultiple(of: 4), padding.count <= 2,
      padding.allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return nil }
    var bytes: [UInt8] = []
    var (bits, held) = (0, 0)
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      (bits, held) = (bits << 6 | value, held + 6)
      guard held >= 8 else { continue }
      held -= 8
      bytes.append(UInt8(bits >> held))
      bits &= (1 << held) - 1
    }
    return bits == 0 ? bytes : nil
  }
}
