import Synchronization
import TextFormats

/// Identifies one HTTP request in logs, in the audit log, and in the job that it made: the value of
/// `X-Request-Id`.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
  /// 1 to 128 characters of `A-Z a-z 0-9 - _ . : / + = @ ~`.
  package let text: String

  /// Bytes of an id at most.
  package static let bytesMax = 128

  /// The id that a client or a proxy sent.
  ///
  /// - Returns: nil for a text that is empty, too long, or has any other character: ids stand in
  ///   lines of logs.
  package init?(_ text: String) {
    guard (1...Self.bytesMax).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self.text = text
  }

  private init(unchecked text: String) {
    self.text = text
  }

  /// What tells processes apart.
  private static let prefix = UInt64.random(in: 0...UInt64.max)
  /// Ids that this process made.
  private static let count = Atomic<UInt64>(0)

  /// A new id of 32 hexadecimal digits: 64 random bits of this process, and a count. It is unique,
  /// and no secret.
  package static func next() -> RequestID {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    return RequestID(unchecked: Hexadecimal.text(of: prefix, number))
  }

  package var description: String { text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "-_.:/+=@~".utf8.contains(byte)
    }
  }
}
