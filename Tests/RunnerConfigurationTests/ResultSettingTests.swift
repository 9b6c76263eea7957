import RunnerConfiguration
import RunnerCore
import SandboxBase
import Testing

/// What an entry says of results and of success.
struct ResultSettingTests {
  private static let outputs = "write: ['/srv/out'], arguments: {allow: ['{output:write}']}"

  private func keys(_ entry: String, _ others: String = "") -> [String]? {
    ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a', \(entry)}\(others)}}")?
      .problems.map(\.key)
  }

  @Test func `an entry that says nothing refuses targets that exist, and succeeds with 0`() throws {
    let entry = try ConfigurationFixture.entry("")
    #expect(entry.results == EntryResults() && entry.resultGroup == nil)
    #expect(entry.policy.results == ResultRules())
    #expect(entry.results.existing == .refuse && entry.results.successCodes == [0])
  }

  @Test func `all of it reaches policy and engine`() throws {
    let configuration = try ConfigurationFixture.configuration(
      """
      {entries: {
        a: {path: '/bin/a', \(Self.outputs),
          results: {existing: 'keep', mode: '0664', group: 'media', partial: true},
          success: {codes: [0, 2], stderrMustNot: ['broken'],
            check: {entry: 'b', arguments: ['{output}', '-x']}}},
        b: {path: '/bin/b'}}}
      """)
    let entry = configuration.entries[0]
    #expect(entry.policy.results.existing == .keep && entry.policy.results.mode == 0o664)
    #expect(entry.results.existing == .keep && entry.results.keepsPartial)
    #expect(entry.resultGroup == "media" && entry.results.successCodes == [0, 2])
    #expect(entry.results.stderrMustNot == ["broken"])
    #expect(entry.results.check == .init(entry: "b", arguments: ["{output}", "-x"]))
  }

  @Test func `what contradicts itself is refused under its key`() {
    #expect(keys("arguments: {allow: ['{output:write}']}") == ["entries.a.arguments.allow"])
    #expect(keys("arguments: {deny: ['{output:write}']}") == ["entries.a.arguments.deny"])
    #expect(keys("results: {mode: '0664'}") == ["entries.a.results.mode"])
    #expect(keys("results: {mode: '4755'}")?.first == "entries.a.results.mode")
    #expect(keys("success: {codes: []}") == ["entries.a.success.codes"])
    #expect(keys("success: {codes: [256]}")?.first?.hasPrefix("entries.a.success.codes") == true)
    #expect(keys("success: {stderrMustNot: ['']}") == ["entries.a.success.stderrMustNot[0]"])
    #expect(keys("success: {check: {entry: 'c'}}") == ["entries.a.success.check.entry"])
    #expect(
      keys("success: {check: {arguments: ['x']}}") == ["entries.a.success.check.arguments"])
    #expect(
      keys("success: {check: {entry: 'a', arguments: ['{output}']}}")
        == ["entries.a.success.check.arguments"])
    #expect(keys(Self.outputs) == nil)
  }
}
