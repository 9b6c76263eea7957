/// Why bytes from the other end are no message. Each of these ends the conversation.
package enum WireError: Error, Hashable, Sendable {
  case truncated(at: Int)
  case trailing(Int)
  case unknownKind(UInt32)
  /// A message that exists, at a time when it may not come.
  case notPermitted(UInt32)
  /// A number or text that the field cannot have.
  case badValue(String)
  case wrongDescriptorCount(Int)
}
