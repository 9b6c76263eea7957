import RunnerAccess
import Testing

struct CredentialTests {
  private func text(_ field: String) -> String? {
    guard case .token(let token) = Credential(authorization: field) else { return nil }
    return token.text
  }

  @Test func `Bearer and Basic carry a token, in any case of the scheme`() {
    let token = AccessToken.random().text
    #expect(text("Bearer \(token)") == token && text("bEARER   \(token)") == token)
    // RFC 7617, section 2: the user name ends at the first colon.
    let basic = base64("curl:\(token)")
    #expect(text("Basic \(basic)") == token && text("basic \(base64(":\(token)"))") == token)
  }

  @Test func `what is no token is told apart`() {
    let token = AccessToken.random().text
    for field in [
      "", "Bearer", "Bearer ", "Bearer \(token)x", "Bearer \(token) more", "Digest \(token)",
      "Basic ???", "Basic \(base64("no colon"))", "Basic \(base64("a:\(token):b"))", token,
    ] {
      #expect(text(field) == nil, "\(field)")
    }
  }

  private func base64(_ text: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var output = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let value = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for index in 0...part.count { output.append(letters[value >> (18 - 6 * index) & 63]) }
      output += String(repeating: "=", count: 3 - part.count)
    }
    return output
  }
}
