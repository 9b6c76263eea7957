import RunnerAccess
import Testing

struct AccessTokenTests {
  /// Gives numbers in a known order.
  private struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  @Test func `a token has 54 bytes, its prefix and letters of base 62`() {
    let token = AccessToken.random()
    #expect(token.text.utf8.count == 54 && AccessToken.byteCount == 54)
    #expect(token.text.hasPrefix("hrun_"))
    #expect(token.text.dropFirst(5).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    #expect("\(token)" == "a token", "what is logged by mistake says nothing")
  }

  @Test func `ten thousand tokens are different, and each is read back`() {
    let tokens = (0..<10_000).map { _ in AccessToken.random() }
    #expect(Set(tokens.map(\.text)).count == 10_000)
    #expect(tokens.allSatisfy { AccessToken($0.text)?.text == $0.text })
  }

  @Test func `each change of one letter is noticed`() {
    var source = Sequence(state: 7)
    let text = AccessToken(from: &source).text
    for index in text.indices {
      for letter in ["0", "z", "_", "é"] where String(text[index]) != letter {
        var changed = text
        changed.replaceSubrange(index...index, with: letter)
        #expect(AccessToken(changed) == nil, "\(changed)")
      }
    }
    #expect(AccessToken(String(text.dropLast())) == nil && AccessToken(text + "0") == nil)
    #expect(AccessToken("") == nil && AccessToken(" " + text) == nil)
  }

  @Test func `the digest is SHA-256 of the text, as sha256sum has it`() throws {
    let token = try #require(AccessToken("hrun_" + Self.known))
    #expect(TokenDigest(of: token)?.hexadecimal == Self.knownDigest)
    let digest = try #require(TokenDigest(of: token))
    #expect(TokenDigest(hexadecimal: digest.hexadecimal) == digest)
    #expect(TokenDigest(hexadecimal: digest.hexadecimal.uppercased()) == nil)
    #expect(TokenDigest(hexadecimal: String(digest.hexadecimal.dropLast())) == nil)
  }

  /// The letter A 43 times, and its checksum by zlib's crc32.
  private static let known = String(repeating: "A", count: 43) + "1JVqaa"
  private static let knownDigest =
    "57fe3cbd6a91f30be233764cc52d07e7a7cc57734f066ae040fa343185a25fe1"
}
