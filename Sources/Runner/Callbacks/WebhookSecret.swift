/// A key that callbacks are signed with, shared with those who receive them. It has no text.
package struct WebhookSecret: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of a key, by Standard Webhooks 1.0.0.
  package static let byteCounts = 24...64

  let bytes: [UInt8]

  /// A key of these bytes.
  ///
  /// - Returns: nil for what is too short or too long.
  package init?(_ bytes: [UInt8]) {
    guard Self.byteCounts.contains(bytes.count) else { return nil }
    self.bytes = bytes
  }

  /// A constant, so that no log holds the key.
  package var description: String { "a secret" }
}
