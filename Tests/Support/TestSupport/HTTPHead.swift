/// The part of a message before its body.
struct HTTPHead {
  let startLine: String
  let headers: [(name: String, value: String)]
  /// Bytes, with the empty line.
  let length: Int

  var contentLength: Int? {
    headers.first { $0.name == "content-length" }.flatMap { Int($0.value) }
  }

  var isChunked: Bool {
    headers.contains { $0.name == "transfer-encoding" && $0.value.lowercased() == "chunked" }
  }

  /// Nil as long as the empty line has not come.
  init?(startOf bytes: [UInt8]) {
    let mark = Array("\r\n\r\n".utf8)
    guard bytes.count >= mark.count,
      let end = (0...bytes.count - mark.count).first(where: {
        bytes[$0] == 0x0d && bytes[$0..<$0 + mark.count].elementsEqual(mark)
      })
    else { return nil }
    var lines = String(decoding: bytes[..<end], as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false).map { String($0) }
    startLine = lines.removeFirst()
    headers = lines.map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? parts[1].trimmingBlanks() : ""
      return (parts[0].lowercased(), value)
    }
    length = end + mark.count
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
