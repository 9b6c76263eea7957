import RunnerConfiguration
import SandboxBase
import SandboxFilter
import TestSupport
import Testing

/// The entries of Tests/Programs/entries.json5, which `make programs` runs and docs/programs.md
/// tells of: the service takes each of them, and none grants more than the page says.
struct ProgramEntriesTests {
  private static let entries: Result<[ConfiguredEntry], any Error> = Result {
    try ConfigurationFixture.configuration(RepositoryFile.text("Tests/Programs/entries.json5"))
      .entries
  }

  // Proves P-210.
  @Test func `there are fifty programs, five of them under compute, without a network`() throws {
    let policies = try Self.entries.get().map(\.policy)
    #expect(policies.count >= 50)
    #expect(policies.count { $0.profile == .compute } >= 5)
    for policy in policies {
      #expect(policy.network == .none && policy.dropped.isEmpty, "\(policy.path)")
      #expect(policy.readPaths == ["/srv/media"], "\(policy.path)")
      #expect(policy.writePaths == ["/srv/out"], "\(policy.path)")
      let filter = try FilterRequest(policy).compile()
      #expect(!filter.isEmpty, "\(policy.path)")
    }
  }

  // Twin of P-210.
  @Test func `an entry that contradicts itself is refused in that file as in any other`() {
    let file = RepositoryFile.text("Tests/Programs/entries.json5")
    let wrong = file.replacing("network: \"none\"", with: "network: \"all\"")
    let refusal = ConfigurationFixture.refusal(wrong)
    #expect("\(String(describing: refusal))".contains("compute"), "compute has no sockets")
  }

  /// The page's tables name entries of the file, and every entry stands in one of them.
  @Test(arguments: ["bookworm", "trixie"])
  func `the page has a row for each entry`(suite: String) throws {
    let page = RepositoryFile.text("docs/programs.md")
    let begin = try #require(page.firstRange(of: "<!-- \(suite): begin -->"))
    let end = try #require(page.firstRange(of: "<!-- \(suite): end -->"))
    let rows = page[begin.upperBound..<end.lowerBound].split(separator: "\n")
    let named = rows.filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] }
    let aliases = try Self.entries.get().compactMap(\.alias)
    #expect(Set(named.map(String.init)) == Set(aliases) && named.count == aliases.count)
  }
}
