import Testing

@testable import RunnerClient

struct ServerEventParserTests {
  private static let text =
    ": heartbeat\r\n\r\nevent: status\nid: 1-1-0-0\ndata: {\"status\":\"queued\"}\n\n"
    + "data:one\rdata: two\r\revent: lost\n\nid: 9\nodd\ndata\n\n"
  private static let events = [
    ServerEvent(
      name: "status", id: "1-1-0-0", data: Array(#"{"status":"queued"}"#.utf8)),
    ServerEvent(data: Array("one\ntwo".utf8)), ServerEvent(id: "9", data: []),
  ]

  @Test func `events are the same wherever the stream is cut`() {
    let bytes = Array(Self.text.utf8)
    for cut in 0...bytes.count {
      var parser = ServerEventParser()
      let first = parser.read(bytes[..<cut])
      #expect((first ?? []) + (parser.read(bytes[cut...]) ?? []) == Self.events, "cut at \(cut)")
    }
  }

  @Test func `a line that does not end is refused`() {
    var parser = ServerEventParser()
    let piece = [UInt8](repeating: 0x61, count: ServerEventParser.bytesMax)
    #expect(parser.read(piece) == [])
    #expect(parser.read([0x61]) == nil)
  }
}
