import RunnerCore
import Testing

@testable import RunnerHTTP

/// Forms with files, as clients send them, and such as are refused.
struct MultipartParserTests {
  private static let boundary = FormBoundary(
    contentType: "multipart/form-data; boundary=------------------------8b23")!

  /// A form as curl writes it, with what looks like a boundary in its content.
  private static let whole = """
    --------------------------8b23\r
    Content-Disposition: form-data; name="job"\r
    \r
    {"command":"c"}\r
    --------------------------8b23\r
    content-disposition:form-data; name="files"; filename="a \\"b\\" %22.bin"\r
    Content-Type: application/octet-stream\r
    Content-Transfer-Encoding: binary\r
    \r
    \r\r
    \r
    --------------------------8b2\r
    \r
    --------------------------8b23\r
    Content-Disposition: form-data; name=empty; filename=""\r
    \r
    \r
    --------------------------8b23--\r

    """

  private static func part(
    _ disposition: String, _ fields: String = "", _ content: String = "x"
  ) -> String {
    "--b\r\nContent-Disposition: \(disposition)\r\n\(fields)\r\n\(content)\r\n--b--\r\n"
  }

  /// The events of a body that comes in pieces, those of bytes joined.
  private static func events(
    _ pieces: [ArraySlice<UInt8>], _ boundary: FormBoundary = boundary
  ) throws(MultipartError) -> [MultipartParser.Event] {
    var parser = MultipartParser(boundary)
    var events: [MultipartParser.Event] = []
    for piece in pieces.map(Optional.some) + [nil] {
      if let piece { parser.append(Array(piece)) } else { parser.finish() }
      while let event = try parser.next() {
        if case .bytes(let more) = event, case .bytes(let bytes)? = events.last {
          events[events.count - 1] = .bytes(bytes + more)
        } else {
          events.append(event)
        }
      }
    }
    return events
  }

  private static func read(_ text: String) throws(MultipartError) -> [MultipartParser.Event] {
    try events(
      [Array(text.utf8)[...]], FormBoundary(contentType: "multipart/form-data;boundary=b")!)
  }

  // Twin of P-510.
  @Test func `a form is the same however it is cut`() throws {
    let bytes = Array(Self.whole.utf8)
    let events = try Self.events([bytes[...]])
    guard events.count == 9, case .part(let job) = events[0], case .part(let file) = events[3],
      case .part(let empty) = events[6]
    else {
      Issue.record("\(events)")
      return
    }
    #expect(job.name == "job" && job.fileName == nil)
    #expect(events[1] == .bytes(Array(#"{"command":"c"}"#.utf8)) && events[2] == .partEnd)
    #expect(file.name == "files" && file.fileName == "a \"b\" \".bin")
    #expect(
      events[4] == .bytes(Array("\r\r\n\r\n--------------------------8b2\r\n".utf8)))
    #expect(empty.name == "empty" && empty.fileName == "" && events[7] == .partEnd)
    #expect(events[8] == .end)
    for cut in 0...bytes.count {
      #expect(try Self.events([bytes[..<cut], bytes[cut...]]) == events, "cut at \(cut)")
    }
    #expect(try Self.events(bytes.indices.map { bytes[$0..<$0 + 1] }) == events)
    let open = Array(bytes.dropLast(2))
    #expect(try Self.events([open[...]]) == events, "the last line may lack its end")
  }

  // Proves P-510.
  @Test(arguments: [
    ("", "ends before"), ("--c\r\n", "first boundary"), ("\r\n--b--", "first boundary"),
    ("preamble\r\n--b--", "first boundary"), ("--b \r\n", "on its line"), ("--b", "ends before"),
    ("--b\nx", "on its line"), ("--b--x", "behind the last"), ("--b--\r", "behind the last"),
    ("--b--\r\n\r\n", "behind the last"), ("--b\r\n\r\nx\r\n--b--", "form-data; name"),
    ("--b\r\nA: b\r\n\r\n\r\n--b--", "form-data; name"),
    ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "ends before"),
    ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b", "ends before"),
    ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--bcd", "on its line"),
    (part("attachment; name=a"), "form-data; name"), (part("form-data"), "form-data; name"),
    (part("form-data; name=a; name=b"), "twice"), (part("form-data; name=\"a"), "form-data; name"),
    (part("form-data; name=a b"), "form-data; name"), (part("form-data; name=a; size=3"), "alone"),
    (part("form-data; name=a; filename*=UTF-8''b"), "filename*"),
    (part("form-data; name=a", "Content-Disposition: form-data; name=b\r\n"), "two fields"),
    (part("form-data; name=a", "Content-Transfer-Encoding: base64\r\n"), "Transfer-Encoding"),
    (part("form-data; name=a", "Content-Type: multipart/mixed; boundary=c\r\n"), "itself"),
    (part("form-data; name=a", "Content-Digest: sha-256=x\r\n"), "RFC 9530"),
    (part("form-data; name=a", "no field\r\n"), "is no field"),
    (part("form-data; name=a", " folded: x\r\n"), "is no field"),
    (part("form-data; name=a", "X: \u{1}\r\n"), "is no field"),
    (part("form-data; name=a", "X: " + String(repeating: "y", count: 9000) + "\r\n"), "longer"),
    (
      String(repeating: "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", count: 513),
      "512"
    ),
  ])
  func `a form that is not whole, or not as its senders write it, is refused`(
    text: String, why: String
  ) throws {
    let fault = try #require(
      #expect(throws: MultipartError.self) { try Self.read(text) }, "\(text)")
    #expect(fault.error.contains(why), "\(fault.error)")
  }

  @Test(
    arguments: [
      ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;BOUNDARY=\"a b\"", "a b"),
      ("multipart/form-data; charset=utf-8; boundary=a'()+_,-./:=?b", nil),
      ("multipart/form-data; charset=utf-8; boundary=\"a'()+_,-./:=?b\"", "a'()+_,-./:=?b"),
      ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("", nil),
      ("multipart/form-data; boundary=\"\"", nil), ("multipart/form-data; boundary=\"a ", nil),
      ("multipart/form-data; boundary=\"a \"", nil), ("multipart/mixed; boundary=a", nil),
      ("multipart/form-data; boundary=a; boundary=b", nil), ("application/json", nil),
      ("multipart/form-data; boundary=a,multipart/form-data; boundary=b", nil),
      ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), nil),
      ("multipart/form-data; boundary=\u{e9}", nil),
    ] as [(String, String?)])
  func `the boundary is that of Content-Type, once and within its bounds`(
    value: String, boundary: String?
  ) {
    #expect(FormBoundary(contentType: value)?.text == boundary)
  }

  @Test func `a part may have the digest of its content`() throws {
    let zeros = String(repeating: "A", count: 43) + "="
    let events = try Self.read(
      Self.part("form-data; name=a", "Content-Digest: sha-256=:\(zeros):\r\n"))
    guard case .part(let head) = events[0] else { throw MultipartError("no part") }
    #expect(head.digests == [FileDigest(.sha256, [UInt8](repeating: 0, count: 32))])
  }
}
