/// One HTTP/1.1 request or reply as it came.
package struct HTTPMessage: Sendable {
  /// The request line or the status line.
  package let startLine: String
  /// Names in small letters, in the order in which they came.
  package let headers: [(name: String, value: String)]
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The number of a reply's status line; 0 for anything else.
  package var status: Int {
    let parts = startLine.split(separator: " ")
    return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  }

  /// The value of a header; nil if it is not there.
  package subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// Reads one message: up to its Content-Length, or to the end of the stream if it has none.
  package init(from socket: Socket, before deadline: Double) throws {
    var bytes: [UInt8] = []
    var head: HTTPHead?
    while true {
      if head == nil { head = HTTPHead(startOf: bytes) }
      if let head, let length = head.contentLength, bytes.count >= head.length + length { break }
      let more = try socket.receive(before: deadline)
      if more.isEmpty { break }
      bytes.append(contentsOf: more)
    }
    guard let head else {
      throw TestFailure("no HTTP message came, but '\(String(decoding: bytes, as: UTF8.self))'")
    }
    startLine = head.startLine
    headers = head.headers
    let rest = bytes[head.length...]
    body =
      head.isChunked ? try Self.joined(rest) : Array(rest.prefix(head.contentLength ?? rest.count))
  }

  private static func joined(_ chunks: ArraySlice<UInt8>) throws -> [UInt8] {
    var rest = chunks
    var body: [UInt8] = []
    while let end = rest.firstIndex(of: 0x0a) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      guard let size = Int(line.prefix { $0.isHexDigit }, radix: 16) else { break }
      if size == 0 { return body }
      let start = end + 1
      guard rest.endIndex >= start + size + 2 else { break }
      body.append(contentsOf: rest[start..<start + size])
      rest = rest[(start + size + 2)...]
    }
    throw TestFailure("a chunked body without its end")
  }
}
