import RunnerCore
import Testing

@testable import RunnerAccess

/// Sessions end in time, with their token, and are bounded.
struct SessionTableTests {
  private static func digest(_ text: String) throws -> TokenDigest {
    try #require(TokenDigest(ofText: text))
  }

  // Proves P-330.
  @Test func `a session is over after its time, and after a time without use`() throws {
    var table = SessionTable()
    let (token, one, other) = (try Self.digest("t"), try Self.digest("1"), try Self.digest("2"))
    table.begin(one, for: token, at: .zero)
    table.begin(other, for: token, at: .zero)
    for hour in 1...11 {
      #expect(table.token(of: one, at: .seconds(3600 * hour)) == token)
    }
    #expect(table.token(of: one, at: SessionTable.timeMax) == nil)
    #expect(table.token(of: one, at: .zero) == nil, "what is over is not there any more")
    #expect(table.token(of: other, at: SessionTable.idleTimeMax) == nil)
  }

  @Test func `a session that was ended is not there`() throws {
    var table = SessionTable()
    let (token, one, other) = (try Self.digest("t"), try Self.digest("1"), try Self.digest("2"))
    table.begin(one, for: token, at: .zero)
    table.begin(other, for: token, at: .zero)
    table.end(one)
    #expect(table.token(of: one, at: .zero) == nil && table.token(of: other, at: .zero) == token)
  }

  // Proves P-330.
  @Test func `one token's sessions end its own alone, and all of them are bounded`() throws {
    var table = SessionTable()
    let (one, other) = (try Self.digest("one"), try Self.digest("other"))
    let first = try Self.digest("first")
    table.begin(first, for: other, at: .zero)
    for number in 0..<(3 * SessionTable.sessionsPerTokenMax) {
      table.begin(try Self.digest("\(number)"), for: one, at: .seconds(number))
    }
    #expect(table.count == SessionTable.sessionsPerTokenMax + 1)
    #expect(table.token(of: first, at: .seconds(100)) == other)
    #expect(table.token(of: try Self.digest("95"), at: .seconds(100)) == one, "the newest lives")
    for number in 0..<(SessionTable.sessionsMax + 100) {
      let token = try Self.digest("token \(number)")
      table.begin(try Self.digest("of \(number)"), for: token, at: .seconds(200))
    }
    #expect((1...SessionTable.sessionsMax).contains(table.count))
    let last = try Self.digest("of \(SessionTable.sessionsMax + 99)")
    #expect(table.token(of: last, at: .seconds(200)) != nil, "the newest lives")
    #expect(table.token(of: try Self.digest("70"), at: .seconds(200)) == nil, "the oldest went")
  }

  @Test func `a secret has 64 digits, each time others, and shows none of them`() throws {
    let (one, other) = (SessionSecret.random(), SessionSecret.random())
    #expect(one.text != other.text && SessionSecret(one.text)?.text == one.text)
    #expect(!"\(one)".contains(one.text))
    for text in [
      "", "0", one.text + "00", String(one.text.dropLast(2)), one.text.uppercased() + "x",
    ] {
      #expect(SessionSecret(text) == nil)
    }
  }
}
