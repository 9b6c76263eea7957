/// What Standard Webhooks 1.0.0 asks of a message: its id, its time, and a signature for each
/// secret, of `<id>.<seconds>.<body>`.
struct WebhookSignature {
  private let hashes: [KeyedHash]

  /// The signature of a message whose body is still to come.
  ///
  /// - Parameter seconds: the time of sending, since 1970.
  /// - Returns: nil when the library failed.
  init?(_ id: String, at seconds: Int, with secrets: [WebhookSecret]) {
    hashes = secrets.compactMap { KeyedHash($0) }
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
      guard let bytes = hash.hash else { return nil }
      signatures.append("v1," + Self.base64(bytes))
    }
    return signatures.joined(separator: " ")
  }

  /// RFC 4648, section 4.
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 {
        let digit = alphabet[bits >> (18 - 6 * index) & 63]
        text.append(index <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
