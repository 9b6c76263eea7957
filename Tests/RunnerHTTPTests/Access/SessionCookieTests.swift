import RunnerAccess
import Testing

@testable import RunnerHTTP

struct SessionCookieTests {
  private static let (one, other) = (SessionSecret.random().text, SessionSecret.random().text)

  private static func found(_ field: String, isEncrypted: Bool) -> String? {
    SessionCookie.secret(in: field, isEncrypted: isEncrypted)?.text
  }

  @Test func `over TLS the name that only this host can set counts alone`() {
    let (plain, secure) = ("http-runner=\(Self.one)", "__Host-http-runner=\(Self.other)")
    #expect(Self.found(plain, isEncrypted: true) == nil)
    #expect(Self.found(secure, isEncrypted: true) == Self.other)
    #expect(Self.found("\(plain); \(secure)", isEncrypted: true) == Self.other)
    #expect(Self.found(plain, isEncrypted: false) == Self.one)
    // Behind a TLS proxy.
    #expect(Self.found("\(plain); \(secure)", isEncrypted: false) == Self.other)
  }

  @Test(arguments: [
    "", "http-runner", "http-runner=", "http-runner=00", "xhttp-runner=\(one)",
    "HTTP-RUNNER=\(one)", "http-runner=\(one)0", "http-runner=\"\(one)\"",
    "http-runner=\(one); http-runner=\(other)", "http-runner=\(one);http-runner=\(one)",
    "a=http-runner=\(one)",
  ])
  func `any other field has no secret`(field: String) {
    #expect(Self.found(field, isEncrypted: false) == nil)
  }

  @Test func `white space around a name and a value counts for nothing`() {
    #expect(Self.found("a=b ;\t http-runner = \(Self.one) ;c", isEncrypted: false) == Self.one)
  }

  @Test func `what is set comes back, and is secure where the browser speaks TLS`() throws {
    let secret = try #require(SessionSecret(Self.one))
    for isSecure in [true, false] {
      let field = SessionCookie.field(setting: secret, for: 60, isSecure: isSecure)
      #expect(Self.found(String(field.prefix { $0 != ";" }), isEncrypted: isSecure) == Self.one)
      #expect(field.hasPrefix("__Host-") == isSecure && field.hasSuffix("; Secure") == isSecure)
      let cleared = SessionCookie.field(clearing: isSecure)
      #expect(cleared.contains("Max-Age=0") && !cleared.contains(Self.one))
    }
  }
}
