import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerAccess

/// A look-up costs the same whatever the number of tokens: counted in comparisons of digests.
struct TokenTableTests {
  private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

  /// A digest that counts how often it is compared, hashed as the table hashes digests.
  private struct CountedDigest: Hashable {
    static let comparisons = Atomic<Int>(0)
    let digest: TokenDigest

    static func == (one: CountedDigest, other: CountedDigest) -> Bool {
      comparisons.wrappingAdd(1, ordering: .relaxed)
      return one.digest == other.digest
    }

    func hash(into hasher: inout Hasher) { digest.hash(into: &hasher) }
  }

  private static func digests(_ count: Int) throws -> [TokenDigest] {
    // Of texts that are no tokens: what counts is the spread of digests.
    try (0..<count).map { try #require(TokenDigest(ofText: "\($0)")) }
  }

  /// Comparisons for each look-up, of digests that are in a table of `count` and of others.
  private static func comparisons(_ digests: [TokenDigest], _ count: Int) -> (Double, Double) {
    let table = Dictionary(
      uniqueKeysWithValues: digests.prefix(count).map { (CountedDigest(digest: $0), 0) })
    func each(_ sought: ArraySlice<TokenDigest>, isThere: Bool) -> Double {
      let before = CountedDigest.comparisons.load(ordering: .relaxed)
      for digest in sought {
        #expect((table[CountedDigest(digest: digest)] != nil) == isThere)
      }
      let after = CountedDigest.comparisons.load(ordering: .relaxed)
      return Double(after - before) / Double(sought.count)
    }
    return (each(digests.prefix(100), isThere: true), each(digests.suffix(1000), isThere: false))
  }

  // Proves P-329.
  @Test func `a look-up among 100,000 tokens compares as few digests as one among a hundred`()
    throws
  {
    let digests = try Self.digests(101_000)
    let few = Self.comparisons(digests, 100)
    let many = Self.comparisons(digests, 100_000)
    // Linear probing at a load of at most 3/4 (Knuth, volume 3, section 6.4): 2.5 and 8.5.
    #expect(few.0 < 4 && few.1 < 10, "\(few)")
    #expect(many.0 < 4 && many.1 < 10, "\(many)")
  }

  // Proves P-329.
  /// Each is looked up: a scan of the table would make five thousand million comparisons, which
  /// are minutes of processor time.
  @Test func `each of 100,000 tokens is found, and a quota is kept for those that have one`()
    throws
  {
    let token = AccessToken.random()
    let digest = try #require(TokenDigest(of: token))
    let grant = AccessGrant(scopes: [.read], entries: .all, jobs: .own)
    let bounded = AccessGrant(
      scopes: [.read], entries: .all, jobs: .own, quota: PrincipalQuota([.running: 2]))
    let digests = try Self.digests(100_000)
    let records = digests.enumerated().map { number, digest in
      TokenRecord(
        name: "t\(number)", grant: number.isMultiple(of: 1000) ? bounded : grant,
        created: Self.now, secrets: [TokenSecret(digest)])
    }
    let me = TokenRecord(
      name: "me", grant: bounded, created: Self.now, secrets: [TokenSecret(digest)])
    let table = TokenTable(records + [me])
    let seconds = threadSeconds {
      let missing = digests.indices.first { number in
        guard case .found(let row) = table.match(digests[number], at: Self.now) else { return true }
        return row.name != "t\(number)"
      }
      #expect(missing == nil)
    }
    #expect(seconds < 60)
    guard case .found(let found) = table.match(token, at: Self.now) else {
      Issue.record("not found")
      return
    }
    #expect(found.name == "me" && table.count == 100_001)
    #expect(table.match(.random(), at: Self.now) == .unknown)
    #expect(table.quotas.count == 101)
  }

  @Test func `the quota of a principal is that of its grant, however it is known`() {
    struct StillClock: WallClock {
      func now() -> Timestamp { TokenTableTests.now }
      func uptime() -> Int64 { 0 }
      func sleep(for duration: Duration) async {}
    }
    func grant(_ running: Int) -> AccessGrant {
      AccessGrant(
        scopes: [.submit], entries: .all, jobs: .own, quota: PrincipalQuota([.running: running]))
    }
    let token = TokenRecord(name: "a", grant: grant(1), created: Self.now, secrets: [])
    let authenticator = Authenticator(
      AccessRules(
        tokens: TokenTable([token]),
        principals: PrincipalTable([
          ConnectedPrincipal(name: "a", key: .certificate("a.lan"), grant: grant(2)),
          ConnectedPrincipal(name: "a", key: .uid(3), grant: grant(3)),
        ])), clock: StillClock())
    let names = ["token/a", "certificate/a", "peer/a", "a", "token/b"]
    #expect(
      names.map { authenticator.quota(of: Principal(name: $0))[.running] } == [1, 2, 3, nil, nil])
    authenticator.use(.nothing)
    #expect(authenticator.quota(of: Principal(name: "token/a")) == .unlimited)
  }
}
