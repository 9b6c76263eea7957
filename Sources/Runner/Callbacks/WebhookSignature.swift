/// What Standard Webhooks 1.0.0 asks of a message: its id, its time, and a signature for each
/// secret.
struct WebhookSignature {
  /// The header's value: `v1,<base64>` for each secret, with spaces between; nil without secrets.
  let text: String?
  /// How long the signed body is.
  let byteCount: Int

  /// Signs `<id>.<seconds>.<body>` in one pass over the body.
  ///
  /// - Parameter next: the body's next piece, nil at its end.
  /// - Returns: nil when the library failed.
  init?(
    _ id: String, at seconds: Int, with secrets: [WebhookSecret], _ next: () -> [UInt8]?
  ) {
    let hashes = secrets.compactMap { KeyedHash($0) }
    guard hashes.count == secrets.count else { return nil }
    let head = Array("\(id).\(seconds).".utf8)
    for hash in hashes { hash.append(head) }
    var count = 0
    while let piece = next() {
      count += piece.count
      for hash in hashes { hash.append(piece) }
    }
    var signatures: [String] = []
    for hash in hashes {
      guard let bytes = hash.hash else { return nil }
      signatures.append("v1," + Self.base64(bytes))
    }
    text = signatures.isEmpty ? nil : signatures.joined(separator: " ")
    byteCount = count
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
