/// One response as it came over the wire.
struct RawResponse {
  let status: Int
  /// Names in lower case.
  let fields: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  /// - Returns: nil while `bytes` does not hold a whole response; else it and what follows it.
  static func parse(_ bytes: [UInt8], toHead: Bool) -> (RawResponse, rest: [UInt8])? {
    guard let end = headEnd(bytes) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    if !toHead, fields["transfer-encoding"] == "chunked" {
      guard let (body, rest) = joined(bytes[(end + 4)...]) else { return nil }
      return (RawResponse(status: status, fields: fields, body: body), Array(rest))
    }
    let length = toHead || status < 200 ? 0 : Int(fields["content-length"] ?? "") ?? 0
    let body = bytes[(end + 4)...].prefix(length)
    guard body.count == length else { return nil }
    let response = RawResponse(status: status, fields: fields, body: Array(body))
    return (response, Array(bytes[body.endIndex...]))
  }

  /// - Returns: nil while a chunk is missing (RFC 9112, section 7.1).
  private static func joined(
    _ chunks: ArraySlice<UInt8>
  ) -> (body: [UInt8], rest: ArraySlice<UInt8>)? {
    var rest = chunks
    var body: [UInt8] = []
    while let end = rest.firstIndex(of: 0x0a) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      guard let size = Int(line.prefix { $0.isHexDigit }, radix: 16) else { return nil }
      let start = end + 1
      guard rest.endIndex >= start + size + 2 else { return nil }
      body += rest[start..<start + size]
      rest = rest[(start + size + 2)...]
      if size == 0 { return (body, rest) }
    }
    return nil
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    let mark = Array("\r\n\r\n".utf8)
    var start = bytes.startIndex
    while let index = bytes[start...].firstIndex(of: 0x0d), index + 4 <= bytes.count {
      if bytes[index...].starts(with: mark) { return index }
      start = index + 1
    }
    return nil
  }
}
