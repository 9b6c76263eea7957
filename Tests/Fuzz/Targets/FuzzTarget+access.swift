@testable import RunnerAccess
import RunnerCore
@testable import TextFormats

/// Credentials and the token file.
extension FuzzTarget {
  static let access = [credential, tokenFile, hookSecret]

  private static let folder = "Sources/Runner/Access/"
  /// Any token: of a source that always gives the same number.
  private static let token: String = {
    var source = ConstantSource()
    return AccessToken(from: &source).text
  }()

  private struct ConstantSource: RandomNumberGenerator {
    func next() -> UInt64 { 0x5555_5555_5555_5555 }
  }

  private static let credential = FuzzTarget(
    "credential",
    of: ["\(folder)Credentials/Credential.swift", "\(folder)Tokens/AccessToken.swift"],
    bytesMax: 200,
    texts: [
      "Bearer \(token)", "Basic " + Base64.encode(Array("user:\(token)".utf8)), "basic Og==",
      "Digest a=b", token,
    ]
  ) { text in
    if let token = AccessToken(text) {
      hold(token.text.utf8.elementsEqual(text.utf8), "a token is its text")
      let digest = TokenDigest(of: token)
      hold(digest.flatMap { TokenDigest(hexadecimal: $0.hexadecimal) } == digest, "its digest")
      hold(!"\(token)".contains(text), "no description holds a token")
    }
    guard case .token(let token) = Credential(authorization: text) else { return }
    hold(AccessToken(token.text) != nil, "a credential is a whole token")
    hold(token.text.utf8.allSatisfy { $0 < 0x80 }, "a token is ASCII")
  }

  private static let tokenFile = FuzzTarget(
    "token-file",
    of: ["\(folder)Tokens/TokenFile.swift", "\(folder)Tokens/TokenFileReader.swift"],
    bytesMax: 1024,
    texts: [
      "", #"{"tokens": []}"#,
      #"{"tokens": [{"name": "a", "may": ["read"], "jobs": "own", "#
        + #""created": "2026-01-31T00:00:00Z", "secrets": [{"sha256": ""#
        + String(repeating: "0a", count: 32)
        + #"", "expires": "2027-01-31T00:00:00.5+01:00"}], "entries": ["b"]}]}"#,
    ]
  ) { text in
    guard let file = try? TokenFile(Array(text.utf8)) else { return }
    guard let again = try? TokenFile(file.bytes) else {
      fatalError("a token file is read as it was written")
    }
    hold(again.bytes == file.bytes, "one text for one file")
    hold(again.tokens.map(\.name) == file.tokens.map(\.name), "no token is lost")
    hold(again.tokens.map(\.grant) == file.tokens.map(\.grant), "no grant changes")
    hold(Set(file.tokens.map(\.name)).count == file.tokens.count, "names are unique")
  }

  /// The text is the file of the secrets, the header fields and the body at once.
  private static let hookSecret = FuzzTarget(
    "hook-secret", of: ["\(folder)Credentials/HookSecret.swift"], bytesMax: 400,
    texts: [
      "0123456789abcdef", "whsec_" + Base64.encode([UInt8](repeating: 7, count: 32)),
      "0123456789abcdef\nfedcba9876543210\n", "sha256=" + String(repeating: "0a", count: 32),
      "v1,AAAA v1,BBBB", "1700000000",
    ]
  ) { text in
    let bytes = Array(text.utf8)
    for scheme in [HookCredential.Method.hub, .standard, .field("x-a")] {
      guard let secret = try? HookSecret(bytes, for: scheme) else { continue }
      hold("\(secret)" == "a secret", "no description holds a secret")
      let evidence = HookSecret.Evidence(field: { _ in text }, body: bytes)
      let isProven = secret.proves(evidence, at: Timestamp(microseconds: 0))
      hold(!isProven || scheme == .field("x-a"), "no text is its own signature")
    }
  }
}
