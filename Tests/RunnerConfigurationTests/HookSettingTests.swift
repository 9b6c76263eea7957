import RunnerConfiguration
import RunnerCore
import TestSupport
import Testing

/// `hooks` of an entry: what is read, and what is told of what cannot go.
struct HookSettingTests {
  private func text(_ hook: String) -> String {
    "read: ['/srv/media'], write: ['/srv/out'], arguments: {fromCommands: true}, commands: {h265: {"
      + "fields: {input: {type: 'path'}, output: {type: 'output'}, "
      + "quality: {type: 'integer', min: 0, max: 51, default: 22}}, "
      + "arguments: ['-i', '{input}', '-crf', '{quality}', '{output}']}}, "
      + "hooks: {sonarr: {\(hook)}}"
  }

  private static let fields = """
    command: 'h265', fields: {input: {from: '/path', replace: {'/tv/': '/srv/media/'}},
      output: {from: '/path', take: 'stem', before: '/srv/out/', behind: '.mkv'}
    """

  @Test func `pointers, conditions and values are read`() throws {
    let entry = try ConfigurationFixture.entry(
      text("when: {'/type': ['a', 1, true], '/b~1c': 0.5}, \(Self.fields), quality: 18}"))
    let hook = entry.hooks[0]
    #expect(hook.name == "sonarr" && hook.command == "h265")
    #expect(hook.conditions.map(\.pointer.text) == ["/type", "/b~1c"])
    #expect(
      hook.conditions.map(\.values) == [[.text("a"), .integer(1), .flag(true)], [.decimal(0.5)]])
    #expect(hook.fields["quality"] == .fixed(.integer(18)))
  }

  @Test(arguments: [
    ("{scheme: 'hub', file: '/etc/s'}", HookCredential(.hub, file: "/etc/s")),
    (
      "{scheme: 'hub', file: '/s', running: 2, submissions: 60}",
      HookCredential(
        .hub, file: "/s", quota: PrincipalQuota([.running: 2, .submissions: 60]))
    ),
    ("{scheme: 'standard', file: 'credential:s'}", HookCredential(.standard, file: "credential:s")),
    (
      "{scheme: 'field', field: 'X-Api-Key', file: '/etc/s'}",
      HookCredential(.field("x-api-key"), file: "/etc/s")
    ),
  ])
  func `a secret is a scheme and a file`(secret: String, proof: HookCredential) throws {
    let entry = try ConfigurationFixture.entry(text("\(Self.fields)}, secret: \(secret)"))
    #expect(entry.hooks[0].proof == proof)
  }

  @Test(arguments: [
    ("fields: {}", "hooks.sonarr.command: It is missing"),
    ("command: 'h26'", "Did you mean h265?"),
    ("command: 'h265'", "hooks.sonarr.fields: The command h265 needs input."),
    ("\(fields), quality: 99}", "fields.quality: It must be from 0 to 51."),
    ("\(fields), speed: 1}", "fields.speed: The command h265 has no such field."),
    ("\(fields), quality: {from: 'q'}}", "quality.from: It is no JSON Pointer"),
    ("\(fields), quality: {take: 'all'}}", "quality.from: It is no JSON Pointer"),
    ("\(fields), quality: {from: '/q', take: 'half'}}", "take is \"all\""),
    ("\(fields), quality: {from: '/q', replace: {'': 'x'}}}", "replace is an object"),
    ("\(fields), quality: {from: '/q', x: 1}}", "quality.x: There is no such key"),
    ("\(fields)}, when: {a: 1}", "when.a: It is no JSON Pointer"),
    ("\(fields)}, when: {'/a': []}", "when./a: It must be a value, or a list"),
    ("\(fields)}, secret: {scheme: 'hub', file: '/s', running: 0}", "secret.running: It must"),
    ("\(fields)}, secret: 'x'", "secret: It must be an object"),
    ("\(fields)}, secret: {scheme: 'hub'}", "secret.file: It is the absolute path"),
    ("\(fields)}, secret: {scheme: 'hub', file: 's'}", "secret.file: It is the absolute path"),
    ("\(fields)}, secret: {file: '/s'}", "secret.scheme: It is"),
    ("\(fields)}, secret: {scheme: 'field', file: '/s'}", "secret.field: It is the name"),
    (
      "\(fields)}, secret: {scheme: 'field', field: 'Cookie', file: '/s'}",
      "secret.field: It is the name"
    ),
    (
      "\(fields)}, secret: {scheme: 'hub', field: 'X-A', file: '/s'}", "secret.field: It is for"
    ),
    ("\(fields)}, when: {'/a': [null]}", "when./a: It must be a value, or a list"),
  ])
  func `what cannot go is told where it stands`(hook: String, part: String) {
    let refusal = ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a', \(text(hook))}}}")
    let problems = (refusal?.problems ?? []).map { "\($0.key): \($0.text)" }
    #expect(problems.contains { $0.contains(part) }, "\(problems)")
  }

  @Test func `no two hooks have one name`() {
    let other = "commands: {NAME: {arguments: ['y']}}, hooks: {h: {command: 'NAME'}}"
    let (first, second) = (other.replacing("NAME", with: "x"), other.replacing("NAME", with: "y"))
    let refusal = ConfigurationFixture.refusal(
      "{entries: {a: {path: '/bin/a', \(first)}, b: {path: '/bin/b', \(second)}}}")
    #expect(refusal?.problems.contains { $0.text.contains("The entry a has a hook") } == true)
  }
}
