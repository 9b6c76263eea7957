import RunnerCore
import Testing

@testable import RunnerAccess

/// Certificates of the private authority.
struct CertificateTests {
  private static let start = Timestamp(microseconds: 1_700_000_000_000_000)

  private static func authority() throws(CertificateFailure) -> CertificateAuthority {
    try CertificateAuthority(
      name: "test", from: start, until: start.adding(seconds: 86_400 * 100))
  }

  @Test func `an authority is the same after it was written and read`() throws {
    let pem = try Self.authority().pem()
    let read = try CertificateAuthority(certificate: pem.certificate, key: pem.key)
    #expect(read.end == Self.start.adding(seconds: 86_400 * 100))
    let other = try Self.authority().pem()
    #expect(throws: CertificateFailure.self) {
      _ = try CertificateAuthority(certificate: pem.certificate, key: other.key)
    }
  }

  @Test func `names are those that were asked for, and it ends with its authority`() throws {
    let names: [SubjectName] = [
      .dns("runner.lan"), .address([192, 0, 2, 7]), .mail("a@b.example"),
      .address(Array(repeating: 1, count: 16)), .uri("spiffe://lan/media"),
    ]
    let issued = try Self.authority().issue(
      .server, subject: "runner.lan", names: names, from: Self.start,
      until: Self.start.adding(seconds: 86_400 * 200))
    let read = try Certificate(pem: issued.certificate)
    #expect(read.names == names)
    #expect(read.end == Self.start.adding(seconds: 86_400 * 100))
    let text = String(decoding: issued.key, as: UTF8.self)
    #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----"))
  }

  @Test func `a revocation list keeps what was on it, and has each certificate once`() throws {
    let authority = try Self.authority()
    let empty = try authority.revocationList(adding: [], to: nil, at: Self.start)
    #expect(try RevocationList(pem: empty).serials().isEmpty)
    let first = try authority.revocationList(adding: [[1, 2], [3]], to: empty, at: Self.start)
    let second = try authority.revocationList(adding: [[3], [4]], to: first, at: Self.start)
    #expect(try RevocationList(pem: second).serials() == [[1, 2], [3], [4]])
    let issued = try authority.issue(
      .client, subject: "a", names: [.dns("a")], from: Self.start, until: authority.end)
    let serial = try Certificate(pem: issued.certificate).serial()
    #expect(serial.count == 16)
    let third = try authority.revocationList(adding: [serial], to: second, at: Self.start)
    #expect(try RevocationList(pem: third).serials().last == serial)
    let server = try authority.pem()
    _ = try TLSCredentials(
      certificate: server.certificate, key: server.key, clientAuthorities: server.certificate,
      revocations: third)
  }

  @Test func `TLS takes what fits together, and says what does not`() throws {
    let authority = try Self.authority()
    let issued = try authority.issue(
      .server, subject: "a", names: [.dns("a")], from: Self.start, until: authority.end)
    let other = try authority.pem()
    _ = try TLSCredentials(
      certificate: issued.certificate, key: issued.key, clientAuthorities: other.certificate)
    let cases: [(TLSFileError.File, [UInt8], [UInt8]?, [UInt8]?)] = [
      (.certificate, other.key, nil, nil), (.certificate, [], nil, nil),
      (.clientAuthorities, issued.key, [1, 2], nil), (.clientAuthorities, issued.key, [], nil),
      (.revocations, issued.key, other.certificate, other.certificate),
    ]
    for (file, key, authorities, revocations) in cases {
      do throws(TLSFileError) {
        _ = try TLSCredentials(
          certificate: issued.certificate, key: key, clientAuthorities: authorities,
          revocations: revocations)
        Issue.record("\(file) is taken")
      } catch {
        #expect(error.file == file, "\(error)")
      }
    }
  }
}
