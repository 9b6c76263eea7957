import TextFormats

/// `whsec_` and base64: a key as Standard Webhooks 1.0.0 writes it. No error and no log quotes one.
package struct CallbackSecret: Hashable, Sendable, CustomStringConvertible {
  private static let start = "whsec_"
  private static let byteCounts = 24...64

  /// The key itself, 24 to 64 bytes.
  package let bytes: [UInt8]

  /// Reads `whsec_` and base64 (RFC 4648) with its padding.
  ///
  /// - Throws: `ValueError` for another form, or for fewer than 24 or more than 64 bytes; it does
  ///   not quote the text.
  package init(_ text: String) throws(ValueError) {
    guard text.hasPrefix(Self.start) else {
      throw ValueError("It must begin with \(Self.start). To make one: \(Self.recipe)")
    }
    guard let bytes = Base64.decode(text.dropFirst(Self.start.count)) else {
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

  /// A constant, so that no log holds the key.
  package var description: String { "a secret" }
}
