import RunnerConfiguration
import RunnerCore
import SandboxBase
import TestSupport
import Testing

/// `commands` of an entry: what is read, and what is told of what cannot go.
struct CommandSettingTests {
  private static let fields = """
    input: {type: 'path', endings: ['.mkv']}, output: {type: 'output', endings: ['.mkv']},
    quality: {type: 'integer', min: 0, max: 51, default: 22},
    """

  private func text(
    fields: String = fields,
    _ arguments: String = "'-i', '{input}', '-crf', '{quality}', '{output}'",
    _ keys: String = "arguments: {fromCommands: true}"
  ) -> String {
    "read: ['/srv/media'], write: ['/srv/out'], \(keys),"
      + "commands: {h265: {title: 'Film', fields: {\(fields)}, arguments: [\(arguments)]}}"
  }

  private func problems(_ keys: String) -> [String] {
    let refusal = ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a', \(keys)}}}")
    return (refusal?.problems ?? []).map { "\($0.key): \($0.text)" }
  }

  @Test func `fields, their bounds and the words are read`() throws {
    let entry = try ConfigurationFixture.entry(text())
    let command = entry.commands[0]
    #expect(command.name == "h265" && command.title == "Film")
    #expect(command.fields.map(\.name) == ["input", "output", "quality"])
    #expect(command.folders == CommandFolders(read: ["/srv/media"], write: ["/srv/out"]))
    let arguments = try command.arguments([
      "input": .text("/srv/media/a.mkv"), "output": .text("/srv/out/a.mkv"),
    ])
    #expect(arguments == ["-i", "/srv/media/a.mkv", "-crf", "22", "/srv/out/a.mkv"])
  }

  // Proves P-551.
  @Test func `fromCommands allows what its commands make, and nothing else`() throws {
    let entry = try ConfigurationFixture.entry(
      text(
        fields: Self.fields + "start: {type: 'number', min: 0, optional: true}, "
          + "tune: {type: 'choice', values: {film: 'Film', none: 'None'}, default: 'film'}, "
          + "title: {type: 'text', optional: true}, fast: {type: 'flag'}",
        "['-ss', '{start}'], '-i', '{input}', '-crf', '{quality}', "
          + "{when: 'tune', is: 'film', words: ['-tune', 'film']}, "
          + "{when: 'fast', words: ['-preset', 'fast']}, ['-metadata', 'title={title}'], '{output}'"
      ))
    #expect(
      entry.policy.arguments.allow == [
        ["-ss", "{number}"], ["-i", "{path:read:.mkv}", "-crf", "{int:0-51}"], ["-tune", "film"],
        ["-preset", "fast"], ["-metadata", "title=*"], ["{output:write:.mkv}"],
      ])
    let folders = entry.policy.argumentFolders
    let made = try #require(
      ArgumentList(["-i", "/srv/media/a.mkv", "-crf", "22", "-tune", "film", "/srv/out/b.mkv"]))
    try entry.argumentRules.check(made, in: folders)
    #expect(entry.argumentRules.outputs(of: made, in: folders).map(\.path) == ["/srv/out/b.mkv"])
    for words in [
      ["-i", "/etc/passwd", "-crf", "22"], ["-crf", "22"], ["-f", "null"], ["-preset", "slow"],
      ["-i", "/srv/media/a.mkv", "-crf", "99"], ["-metadata", "comment=x"],
    ] {
      let list = try #require(ArgumentList(words))
      #expect(throws: ArgumentRefusal.self, "\(words)") {
        try entry.argumentRules.check(list, in: folders)
      }
    }
  }

  // Proves P-551.
  @Test func `rows hold the characters of a text, or fromCommands is refused`() throws {
    func keys(_ field: String) -> String {
      text(fields: "lang: {type: 'text', \(field)}", "'l={lang}'")
    }
    let entry = try ConfigurationFixture.entry(keys("characters: 'a-z0-9_'"))
    #expect(entry.policy.arguments.allow == [["l={word}"]])
    let list = try #require(ArgumentList(["l=a,b"]))
    #expect(throws: ArgumentRefusal.self) {
      try entry.argumentRules.check(list, in: entry.policy.argumentFolders)
    }
    for field in [
      "characters: 'a-z,'", "characters: 'A-z'", "characters: 'a.-'",
      "characters: 'a-z', minBytes: 0",
    ] {
      let problems = problems(keys(field))
      #expect(
        problems.contains {
          $0.contains("fields.lang.characters: The row that arguments.fromCommands makes cannot")
        }, "\(field): \(problems)")
    }
    let own = text(
      fields: "lang: {type: 'text', characters: 'a-z,'}", "'l={lang}'",
      "arguments: {allow: ['l=*']}")
    #expect(problems(own).isEmpty)
  }

  // Twin of P-551.
  @Test func `without it and without rows, any are taken`() throws {
    let entry = try ConfigurationFixture.entry(
      text(
        fields: "quality: {type: 'integer', min: 0, max: 51, default: 22}", "'{quality}'",
        "nice: 1"))
    let list = try #require(ArgumentList(["-i", "/etc/passwd"]))
    try entry.argumentRules.check(list, in: entry.policy.argumentFolders)
  }

  @Test(arguments: [
    // Fields.
    ("label: {type: 'flag'}", "'a'", "fields.label: `label` is a member of every submission"),
    ("A: {type: 'flag'}", "'a'", "fields.A: A name has at most"),
    ("a: {type: 'date'}", "'a'", "fields.a: It must be an object with a type"),
    ("a: {type: 'flag', min: 1}", "'a'", "fields.a.min: There is no such key"),
    ("a: {type: 'integer', min: 2, max: 1}", "'{a}'", "fields.a: min is more than max."),
    (
      "a: {type: 'integer', max: 5, default: 6}", "'{a}'",
      "fields.a.default: It must be from -999999999999999 to 5."
    ),
    ("a: {type: 'choice'}", "'{a}'", "fields.a: It needs values"),
    ("a: {type: 'choice', values: ['-x']}", "'{a}'", "fields.a: A value has 1 to 255"),
    ("a: {type: 'choice', values: ['-\u{301}x']}", "'{a}'", "fields.a: A value has 1 to 255"),
    ("a: {type: 'choice', values: ['x', 'x']}", "'{a}'", "fields.a: values has from 1"),
    ("a: {type: 'choice', values: ['x'], default: 'y'}", "'{a}'", "default: It must be one of x"),
    ("a: {type: 'text', characters: 'z-a'}", "'{a}'", "fields.a: characters must be"),
    ("a: {type: 'path', access: 'own'}", "'{a}'", "fields.a: access must be"),
    ("a: {type: 'path', endings: ['mkv']}", "'{a}'", "fields.a: An ending is"),
    ("a: {type: 'path', example: '/etc/passwd'}", "'{a}'", "fields.a.example: It must be in /srv"),
    ("a: {type: 'flag', optional: true}", "{when: 'a', words: ['x']}", "Keep one of the two"),
    ("a: {type: 'flag', title: ''}", "{when: 'a', words: ['x']}", "fields.a.title: It must be"),
    // Words.
    ("a: {type: 'flag'}", "'x'", "fields.a: No word of arguments has it"),
    ("a: {type: 'flag'}", "'{a}'", "arguments[0]: `a` is a flag and has no text"),
    ("quality: {type: 'integer'}", "'{qualty}'", "Did you mean quality?"),
    ("a: {type: 'path'}", "'x={a}:y'", "arguments[0]: A path ends its word"),
    ("a: {type: 'integer'}", "'{a'", "arguments[0]: `{` is never closed"),
    ("a: {type: 'integer'}", "'{a}', 1", "arguments[1]: It must be a word"),
    ("a: {type: 'integer'}", "'{a}', {when: 'b', words: ['x']}", "There is no field `b`"),
    ("a: {type: 'integer'}", "'{a}', {when: 'a'}", "arguments[1]: It needs when"),
    ("a: {type: 'integer'}", "'{a}', {when: 'a', is: '1', words: ['x']}", "values of a choice"),
  ])
  func `what cannot go is told where it stands`(fields: String, arguments: String, part: String) {
    let problems = problems(text(fields: fields, arguments))
    #expect(problems.contains { $0.contains(part) }, "\(problems)")
  }

  @Test func `a command that the entry's own rules refuse is told before any request`() {
    let refused = problems(
      text(
        "'-i', '{input}', '-crf', '{quality}', '{output}'",
        """
        arguments: {allow: [['-i', '{path:read}'], ['-crf', '{int:0-40}'], '{output:write}'],
          deny: ['-i']}
        """))
    #expect(refused.contains { $0.contains("commands.h265.arguments: The rules of the entry") })
    let path = problems(
      text(
        "'{input}', '{quality}', '{output}'",
        """
        arguments: {allow: ['{path:read}', '{int}', '{path:write}']}
        """))
    #expect(path.contains { $0.contains("fields.output: It is a result, and no row") }, "\(path)")
    let none = problems(text("'{input}', '{quality}', '{output}'", "nice: 1"))
    #expect(none.contains { $0.contains("fields.output: It is a result, and no row") }, "\(none)")
    let folders = problems(
      "commands: {x: {fields: {a: {type: 'path'}, b: {type: 'output'}}, arguments: ['{a}', '{b}']}}"
    )
    #expect(folders.contains { $0.contains("fields.a: The entry has no folder of `read`") })
    #expect(folders.contains { $0.contains("fields.b: The entry has no folder of `write`") })
  }

  // Proves P-551.
  @Test func `fromCommands without a row is refused, which would allow everything`() {
    let empty = problems(
      "arguments: {fromCommands: true}, commands: {x: {arguments: []}}")
    #expect(empty.contains { $0.contains("No command of the entry makes an argument") })
    let none = problems("arguments: {fromCommands: true}")
    #expect(none.contains { $0.contains("No command of the entry makes an argument") })
  }

  @Test func `names of commands are those of no entry and of no other command`() {
    let other = "commands: {x: {arguments: ['y']}}"
    let twice = ConfigurationFixture.refusal(
      "{entries: {a: {path: '/bin/a', \(other)}, b: {path: '/bin/b', \(other)}}}")
    #expect(twice?.problems.contains { $0.text.contains("The entry a has a command") } == true)
    let alias = ConfigurationFixture.refusal(
      "{entries: {a: {path: '/bin/a', \(other)}, x: {path: '/bin/b'}}}")
    #expect(alias?.problems.contains { $0.text.contains("An entry has this name") } == true)
    #expect(problems("commands: {X: {arguments: ['y']}}").contains { $0.contains("A name has") })
  }
}
