import DigestBase
import TextFormats

/// What Standard Webhooks 1.0.0 asks of a message: its id, its time, and a signature for each
/// secret, of `<id>.<seconds>.<body>`.
struct WebhookSignature {
  private let hashes: [KeyedHash]

  /// The signature of a message whose body is still to come.
  ///
  /// - Parameter seconds: the time of sending, since 1970.
  /// - Returns: nil when the library failed.
  init?(_ id: String, at seconds: Int, with secrets: [WebhookSecret]) {
    hashes = secrets.compactMap { KeyedHash(key: $0.bytes) }
    guard hashes.count == secrets.count else { return nil }
    append(Array("\(id).\(seconds).".utf8))
  }

  /// Adds the next piece of the body.
  func append(_ piece: [UInt8]) {
    for hash in hashes { hash.append(piece) }
  }

  /// The header's value: `v1,<base64>` for each secret, with spaces between; empty without secrets,
  /// and nil when the library failed. Asked for once, at the end of the body.
  func finish() -> String? {
    var signatures: [String] = []
    for hash in hashes {
      guard let bytes = hash.value() else { return nil }
      signatures.append("v1," + Base64.encode(bytes))
    }
    return signatures.joined(separator: " ")
  }
}
