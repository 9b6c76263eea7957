/// Why received bytes are no valid message. Each of these ends the connection.
package enum WireError: Error, Hashable, Sendable {
  /// The message ends within a field; `at` is where that begins, in bytes.
  case truncated(at: Int)
  /// Bytes are left behind the last field: how many.
  case trailing(Int)
  /// No message has this kind.
  case unknownKind(UInt32)
  /// A message that exists, at a time when it may not come.
  case notPermitted(UInt32)
  /// A number or text that the field cannot have.
  case badValue(String)
  /// The message came with this many descriptors; its kind has another number.
  case wrongDescriptorCount(Int)
}
