import Testing

@testable import SandboxLauncher

/// Which Landlock rules a tree needs.
struct TreeRuleTests {
  private static func rule(_ path: String, _ access: UInt64) -> RootTemplate.Rule {
    RootTemplate.Rule(path: path, access: access)
  }

  @Test func `a rule that grants nothing more than one above it is left out`() {
    let list = Self.rule("/", 0b1000)
    let settings = Self.rule("/etc", 0b1100)
    let rules = [
      list, settings, Self.rule("/etc/fonts", 0b1100), Self.rule("/etc/ssl/certs", 0b100),
    ]
    #expect(TreeBuilder.withoutCovered(rules) == [list, settings])
  }

  @Test func `the rule of what a job's input may be stays`() {
    let rules = [
      Self.rule("/dev", 0b1100), Self.rule("/dev/zero", 0b1100), Self.rule("/dev/null", 0b1100),
    ]
    #expect(TreeBuilder.withoutCovered(rules) == [rules[0], rules[2]])
  }

  @Test func `one that grants more stays, and so does a name that only starts alike`() {
    let rules = [
      Self.rule("/etc", 0b1100), Self.rule("/etc/programs", 0b1101), Self.rule("/etcetera", 0b100),
      Self.rule("/usr", 0b1101), Self.rule("/", 0b1000),
    ]
    #expect(TreeBuilder.withoutCovered(rules) == rules)
  }
}
