import Glibc
import RunnerAccess
import RunnerCore
import RunnerHTTP
import Testing

/// What a client meets at an encrypted listener that does not speak TLS, or stops speaking it.
struct EncryptedConnectionTests {
  private static func source() throws -> TLSSource {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let now = Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000)
    let (start, end) = (now.adding(seconds: -60), now.adding(seconds: 86_400))
    let authority = try CertificateAuthority(name: "test", from: start, until: end)
    let server = try authority.issue(
      .server, subject: "localhost", names: [.dns("localhost")], from: start, until: end)
    return TLSSource(try TLSCredentials(certificate: server.certificate, key: server.key))
  }

  private static let hasty = {
    var settings = HTTPSettings()
    settings.headerTime = .milliseconds(300)
    return settings
  }()

  /// The head of a ClientHello of 512 bytes (RFC 8446, section 4.1.2), of which the rest never
  /// comes.
  private static let begun: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]

  /// All that the server sends to a client that sends `bytes` and waits.
  private static func answer(
    to bytes: [UInt8], _ settings: HTTPSettings, _ tls: TLSSource?
  ) async throws -> [UInt8] {
    try await TestServer.run(settings, tls: tls) { server in
      let client = try server.client()
      client.send(bytes)
      return Array(try client.everything().utf8)
    }
  }

  @Test func `a handshake that stops is cut in time, and nothing is said in the clear`()
    async throws
  {
    let tls = try Self.source()
    #expect(try await Self.answer(to: Self.begun, Self.hasty, tls).isEmpty)
    #expect(try await Self.answer(to: [], Self.hasty, tls).isEmpty)
    // The twin: without TLS the same client is told.
    let plain = try await Self.answer(to: [], Self.hasty, nil)
    #expect(String(decoding: plain, as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `plain HTTP is not answered in the clear`() async throws {
    let request = Array("GET /jobs HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    let answer = try await Self.answer(to: request, HTTPSettings(), try Self.source())
    // An alert of TLS at most: type 21, two bytes long.
    #expect(answer.isEmpty || (answer[0] == 21 && answer.count == 7), "\(answer)")
  }

  @Test func `a connection above the limit is closed without a word in the clear`() async throws {
    var settings = HTTPSettings()
    settings.connectionsMax = 1
    let tls = try Self.source()
    let answer = try await TestServer.run(settings, tls: tls) { server in
      let first = try server.client()
      defer { first.endSending() }
      return try server.client().everything()
    }
    #expect(answer.isEmpty)
  }
}
