import RunnerAccess
import RunnerCore
import Testing

struct TokenFileTests {
  private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

  private static func record(
    _ name: String, _ token: AccessToken, expires: Timestamp? = nil
  ) throws -> TokenRecord {
    TokenRecord(
      name: name,
      grant: AccessGrant(scopes: [.read, .submit], entries: .named(["ffmpeg"]), jobs: .own),
      created: now, secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: expires)])
  }

  @Test func `a file is read back as it was written`() throws {
    var file = TokenFile()
    try file.add(Self.record("media", .random(), expires: Self.now.adding(seconds: 60)))
    try file.add(Self.record("nas@home", .random()))
    let quota = PrincipalQuota([.running: 2, .queued: 0, .kept: 20 << 30, .submissions: 60])
    let bounded = TokenRecord(
      name: "bounded", grant: AccessGrant(scopes: [], entries: .all, jobs: .all, quota: quota),
      created: Self.now, secrets: [TokenSecret(try #require(TokenDigest(of: .random())))])
    try file.add(bounded)
    #expect(try TokenFile(file.bytes) == file)
    #expect(try TokenFile([]) == TokenFile() && TokenFile(TokenFile().bytes) == TokenFile())
  }

  @Test func `no token is in the file, only its digest`() throws {
    let token = AccessToken.random()
    var file = TokenFile()
    try file.add(Self.record("media", token))
    let text = String(decoding: file.bytes, as: UTF8.self)
    #expect(!text.contains(token.text) && !text.contains(token.text.dropFirst(5).prefix(43)))
    #expect(text.contains(try #require(TokenDigest(of: token)).hexadecimal))
  }

  @Test func `a token is found by its secret until it ends`() throws {
    let token = AccessToken.random()
    let end = Self.now.adding(seconds: 60)
    let table = TokenTable([try Self.record("media", token, expires: end)])
    guard case .found(let found) = table.match(token, at: Self.now) else {
      Issue.record("not found")
      return
    }
    #expect(found.name == "media")
    #expect(table.match(token, at: end) == .expired(name: "media"))
    #expect(table.match(.random(), at: Self.now) == .unknown)
  }

  @Test func `after a rotation both secrets count for a while, and then the new one alone`() throws
  {
    let (old, new) = (AccessToken.random(), AccessToken.random())
    var file = TokenFile(tokens: [try Self.record("media", old)])
    let end = Self.now.adding(seconds: 60)
    try file.rotate(
      "media", to: #require(TokenDigest(of: new)), expires: nil, isEndGiven: true, olderUntil: end,
      now: Self.now)
    let table = TokenTable(file.tokens)
    for token in [old, new] {
      guard case .found = table.match(token, at: Self.now) else {
        Issue.record("does not count")
        return
      }
    }
    #expect(table.match(old, at: end) == .expired(name: "media"))
    guard case .found = table.match(new, at: end) else {
      Issue.record("the new one does not count")
      return
    }
    for _ in 0..<10 {
      try file.rotate(
        "media", to: #require(TokenDigest(of: .random())), expires: nil, isEndGiven: true,
        olderUntil: end,
        now: Self.now)
    }
    #expect(file.tokens[0].secrets.count == TokenFile.secretsMax)
    #expect(try TokenFile(file.bytes) == file)
  }

  @Test func `a rotation never makes an older secret count longer`() throws {
    let soon = Self.now.adding(seconds: 5)
    var file = TokenFile(tokens: [try Self.record("media", .random(), expires: soon)])
    try file.rotate(
      "media", to: #require(TokenDigest(of: .random())), expires: nil, isEndGiven: true,
      olderUntil: Self.now.adding(seconds: 60), now: Self.now)
    #expect(file.tokens[0].secrets[1].expires == soon)
  }

  @Test func `a token that ends is renewed with an end that is said`() throws {
    let end = Self.now.adding(seconds: 60)
    var file = TokenFile(tokens: [try Self.record("media", .random(), expires: end)])
    let digest = try #require(TokenDigest(of: .random()))
    #expect(throws: TokenFileError.self) {
      try file.rotate(
        "media", to: digest, expires: nil, isEndGiven: false, olderUntil: end, now: Self.now)
    }
    #expect(file.tokens[0].secrets.count == 1)
    try file.rotate(
      "media", to: digest, expires: nil, isEndGiven: true, olderUntil: end, now: Self.now)
    // One without an end has none to say.
    try file.rotate(
      "media", to: #require(TokenDigest(of: .random())), expires: nil, isEndGiven: false,
      olderUntil: end, now: Self.now)
    #expect(file.tokens[0].secrets.map(\.expires) == [nil, end, end])
  }

  @Test func `names are unique, and what is revoked is gone`() throws {
    var file = TokenFile()
    let token = AccessToken.random()
    try file.add(Self.record("media", token))
    #expect(throws: TokenFileError.self) { try file.add(Self.record("media", .random())) }
    #expect(throws: TokenFileError.self) { try file.add(Self.record("two words", .random())) }
    #expect(throws: TokenFileError.self) { try file.revoke("other") }
    try file.revoke("media")
    #expect(TokenTable(file.tokens).match(token, at: Self.now) == .unknown)
  }

  /// A file whose one token has this member.
  private static func text(quota: String) -> String {
    let digest = String(repeating: "0", count: 64)
    return
      #"{"tokens": [{"name": "a", "may": [], "jobs": "own", "created": "2026-01-31T00:00:00Z", "#
      + #""secrets": [{"sha256": "\#(digest)"}], \#(quota)}]}"#
  }

  @Test(arguments: [
    ("[]", "An object is expected.", ""),
    ("{}", "It has no member `tokens`", ""),
    (#"{"tokens": [], "more": 1}"#, "There is no member `more`", ""),
    (#"{"tokens": 7}"#, "A list is expected.", "tokens"),
    (#"{"tokens": [{"name": "a b"}]}"#, "A name has 1 to 64", "tokens[0].name"),
    (#"{"tokens": [{"name": "a", "expires": "never"}]}"#, "no member `expires`", "tokens[0]"),
    (Self.text(quota: #""running": 0"#), "from 1 to 4096", "tokens[0].running"),
    (Self.text(quota: #""queued": -1"#), "from 0 to", "tokens[0].queued"),
    (Self.text(quota: #""kept": "20G""#), "whole number", "tokens[0].kept"),
    (Self.text(quota: #""submissions": 1.5"#), "whole number", "tokens[0].submissions"),
    (Self.text(quota: #""submission": 1"#), "no member `submission`", "tokens[0]"),
    (#"{"tokens": [{"name": "a", "created": "today"}]}"#, "RFC 3339", "tokens[0].created"),
  ])
  func `a fault is told with its place`(text: String, part: String, path: String) {
    do throws(TokenFileError) {
      _ = try TokenFile(Array(text.utf8))
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.text.contains(part) && error.path == path, "\(error)")
    }
  }

  @Test func `a token is found among a thousand others`() throws {
    let token = AccessToken.random()
    let others = try (0..<1000).map { try Self.record("t\($0)", .random()) }
    let table = TokenTable(others + [try Self.record("media", token)])
    #expect(table.count == 1001)
    guard case .found(let found) = table.match(token, at: Self.now) else {
      Issue.record("not found")
      return
    }
    #expect(found.name == "media")
  }
}
