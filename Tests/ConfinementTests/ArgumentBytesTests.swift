import TestSupport
import Testing

/// Arguments that are no UTF-8 reach the program byte for byte, and its rules.
struct ArgumentBytesTests {
  private static let server = SharedBytesServer()

  /// A server with an entry that takes anything and one with rules.
  private struct SharedBytesServer {
    func run(_ body: (RunningServer) throws -> Void) throws {
      let server = try RunningServer(
        whitelist: [],
        config: """
          {entries: {
            any: {path: '/bin/echo'},
            ruled: {path: '/bin/echo', arguments: {allow: ['ok*'], first: ['-n']}}}}
          """)
      try body(server)
      #expect(try server.stop() == .exited(0))
    }
  }

  // Proves P-198.
  @Test func `bytes are passed on as they are`() throws {
    try Self.server.run { server in
      // "caf\xe9", "", and every byte but NUL.
      let all = (1...255).map { UInt8($0) }
      let base64 = ["Y2Fm6Q==", "", Self.base64(all)]
      let reply = try server.client.post(
        #"{"command":"any","argsBase64":["\#(base64.joined(separator: #"",""#))"]}"#)
      #expect(reply.status == 202, "\(reply.text)")
      let id = try #require(try JSONValue(reply.text)["id"]?.string)
      let job = try server.finished(id)
      #expect(job.code == 0)
      let raw = try server.client.get("/\(id)/stdout").body
      #expect(raw == Array("caf".utf8) + [0xe9, 0x20, 0x20] + all + [0x0a])
      #expect(job.document["arguments"]?.array?.first?.string == "caf\u{fffd}")
      #expect(job.document["argumentsBase64"]?.array?.compactMap(\.string) == base64)
      // Texts are texts, however they were given.
      let text = try server.client.post(#"{"command":"any","argsBase64":["YWJj"]}"#)
      #expect(!text.text.contains("argumentsBase64") && text.text.contains(#"["abc"]"#))
    }
  }

  // Twin of P-198.
  @Test func `the rules of an entry see the same bytes`() throws {
    try Self.server.run { server in
      let allowed = try server.client.post(#"{"command":"ruled","argsBase64":["b2v/"]}"#)
      #expect(allowed.status == 202, "\(allowed.text)")
      let id = try #require(try JSONValue(allowed.text)["id"]?.string)
      _ = try server.finished(id)
      #expect(try server.client.get("/\(id)/stdout").body == [0x6f, 0x6b, 0xff])
      for refused in [#"["bm//"]"#, #"["AG9r"]"#, #"["b2v"]"#, #""b2v/""#] {
        let reply = try server.client.post(#"{"command":"ruled","argsBase64":\#(refused)}"#)
        #expect(reply.status == 400, "\(refused): \(reply.text)")
      }
      let both = try server.client.post(#"{"command":"any","args":"a","argsBase64":[]}"#)
      #expect(both.status == 400 && both.text.contains("exclude each other"))
    }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    precondition(bytes.count.isMultiple(of: 3), "no padding is made here")
    return String(
      stride(from: 0, to: bytes.count, by: 3).flatMap { start in
        let bits = bytes[start..<(start + 3)].reduce(0) { $0 << 8 | Int($1) }
        return [18, 12, 6, 0].map { digits[bits >> $0 & 63] }
      })
  }
}
