import RunnerCore
import Testing
import TextFormats

/// Commands: from fields to arguments, and what no field can do to them.
struct EntryCommandTests {
  private static func word(_ source: String) -> CommandWord {
    do throws(CommandWord.ParseError) {
      return try CommandWord(source)
    } catch {
      preconditionFailure("`\(source)`: \(error.error)")
    }
  }

  private static func words(_ sources: String..., when: CommandGroup.Condition? = nil)
    -> CommandGroup
  {
    CommandGroup(sources.map(word), condition: when)
  }

  private static let command: EntryCommand = {
    var command = EntryCommand(
      name: "h265", title: "Film as H.265",
      fields: [
        CommandField(name: "input", kind: .path(isWritten: false, endings: [".mkv", ".mp4"])),
        CommandField(
          name: "quality", title: "Quality", kind: .integer(0...51), defaultValue: .integer(22)),
        CommandField(name: "start", kind: .number(0...100_000), isOptional: true),
        CommandField(
          name: "speed",
          kind: .choice([.init(value: "fast", title: "Fast"), .init(value: "slow", title: nil)]),
          defaultValue: .text("slow")),
        CommandField(name: "deinterlace", kind: .flag),
        CommandField(
          name: "title", kind: .text(bytes: 1...20, characters: CharacterRanges("A-Za-z {}$`;\"-")),
          isOptional: true),
        CommandField(name: "output", kind: .output(endings: [".mkv"])),
      ],
      template: [
        words("-ss", "{start}"), words("-i", "{input}"),
        words("-vf", "yadif", when: .init(field: "deinterlace", value: nil)),
        words("-x265-params", "crf={quality}"), words("-preset", "{speed}"),
        words("-tune", "fastdecode", when: .init(field: "speed", value: "fast")),
        words("-metadata", "title={title}"), words("{output}"),
      ])
    command.folders = CommandFolders(read: ["/srv/media"], write: ["/srv/out"])
    return command
  }()

  private static let least: [String: CommandValue] = [
    "input": .text("/srv/media/a b.mkv"), "output": .text("/srv/out/a.mkv"),
  ]

  private func refused(_ values: [String: CommandValue]) -> String? {
    do throws(CommandFieldError) {
      _ = try Self.command.arguments(Self.least.merging(values) { $1 })
      return nil
    } catch {
      return error.field
    }
  }

  @Test func `defaults take the place of fields, and optional ones drop their words`() throws {
    #expect(
      try Self.command.arguments(Self.least) == [
        "-i", "/srv/media/a b.mkv", "-x265-params", "crf=22", "-preset", "slow",
        "/srv/out/a.mkv",
      ])
  }

  // Proves P-550.
  @Test func `each word is one argument, whatever its fields hold`() throws {
    let arguments = try Self.command.arguments(
      Self.least.merging([
        "start": .decimal(1.25), "speed": .text("fast"), "deinterlace": .flag(true),
        "title": .text("a {speed} \"$`;-"), "quality": .integer(0),
      ]) { $1 })
    #expect(
      arguments == [
        "-ss", "1.25", "-i", "/srv/media/a b.mkv", "-vf", "yadif", "-x265-params", "crf=0",
        "-preset", "fast", "-tune", "fastdecode", "-metadata", "title=a {speed} \"$`;-",
        "/srv/out/a.mkv",
      ])
  }

  // Proves P-550.
  @Test(arguments: [
    ("input", CommandValue.text("/etc/passwd")), ("input", .text("/srv/media/../x.mkv")),
    ("input", .text("/srv/mediaX/a.mkv")), ("input", .text("/srv/media/a.txt")),
    ("input", .text("a.mkv")), ("input", .text("-i")), ("input", .text("/srv/media/a\n.mkv")),
    ("input", .text("")), ("input", .integer(1)), ("output", .text("/srv/media/a.mkv")),
    ("quality", .integer(52)), ("quality", .integer(-1)), ("quality", .text("22")),
    ("quality", .decimal(1.5)), ("quality", .flag(true)), ("start", .decimal(.nan)),
    ("start", .decimal(.infinity)), ("start", .integer(-1)), ("speed", .text("medium")),
    ("speed", .text("")), ("deinterlace", .text("true")), ("deinterlace", .integer(1)),
    ("title", .text("")), ("title", .text("1")), ("title", .text("a\u{0}")),
    ("title", .text(String(repeating: "a", count: 21))), ("none", .text("x")),
  ])
  func `what a field does not take is refused by its name`(name: String, value: CommandValue) {
    #expect(refused([name: value]) == name)
  }

  @Test func `a field that is missing is named`() {
    let error = #expect(throws: CommandFieldError.self) {
      try Self.command.arguments(["output": .text("/srv/out/a.mkv")])
    }
    #expect(error?.field == "input")
    #expect(error?.why == "It is missing; the command h265 needs it.")
  }

  // Proves P-550.
  @Test func `no text becomes an option or a list of arguments`() throws {
    let free = EntryCommand(
      name: "free",
      fields: [CommandField(name: "text", kind: .text(bytes: 0...9, characters: nil))],
      template: [Self.words("{text}"), Self.words("x={text}")])
    for text in ["-o", "--", "@list"] {
      #expect(throws: CommandFieldError.self) { try free.arguments(["text": .text(text)]) }
    }
    #expect(throws: CommandFieldError.self) { try free.arguments(["text": .text("-\u{301}o")]) }
    #expect(try free.arguments(["text": .text("a -o @b")]) == ["a -o @b", "x=a -o @b"])
    #expect(try free.arguments(["text": .text("")]) == ["", "x="])
  }

  // Proves P-550.
  @Test func `no text becomes an option behind an empty one`() throws {
    let pair = EntryCommand(
      name: "pair",
      fields: ["a", "b"].map { name in
        CommandField(name: name, kind: .text(bytes: 0...9, characters: nil))
      },
      template: [Self.words("{a}{b}")])
    for text in ["-o", "@list", "-\u{301}"] {
      let error = #expect(throws: CommandFieldError.self) {
        try pair.arguments(["a": .text(""), "b": .text(text)])
      }
      #expect(error?.field == "b")
    }
    #expect(try pair.arguments(["a": .text("x"), "b": .text("-o")]) == ["x-o"])
  }

  @Test(arguments: [
    ("22", CommandValue.integer(22)), ("22.0", .integer(22)), ("-3e0", .integer(-3)),
    ("0.5", .decimal(0.5)), ("true", .flag(true)), (#""x""#, .text("x")),
  ])
  func `JSON numbers are whole where their value is`(text: String, value: CommandValue) throws {
    #expect(CommandValue(try JSONReader.read(Array(text.utf8), as: .json)) == value)
  }

  @Test func `numbers are written without an exponent`() {
    let texts = [0.000_001, -0.25, 12.5, 999_999_999.125, -0.000_000_1].map {
      CommandValue(number: $0).argument
    }
    #expect(texts == ["0.000001", "-0.25", "12.5", "999999999.125", "0"])
  }

  @Test(arguments: [1e300, -1e300, 9_300_000_000_000.5, .infinity, -.infinity, .nan])
  func `every number has an argument, also one that no field takes`(number: Double) {
    #expect(!CommandValue(number: number).argument.isEmpty)
  }

  @Test(arguments: ["{", "}", "a{b", "\\", String(repeating: "a", count: 1025), "a\u{0}"])
  func `a word that cannot be read is refused`(source: String) {
    #expect(throws: CommandWord.ParseError.self) { try CommandWord(source) }
  }

  @Test func `a brace of the word itself stands behind a backslash`() throws {
    let command = EntryCommand(name: "a", fields: [], template: [Self.words("\\{a\\}\\\\")])
    #expect(try command.arguments([:]) == ["{a}\\"])
  }

  @Test func `ranges of characters are as in a regular expression`() throws {
    let ranges = try #require(CharacterRanges("a-c0-9_-"))
    #expect(ranges.admits("abc-_09") && !ranges.admits("d") && !ranges.admits("A"))
    #expect(ranges.pattern == "^[a-c0-9_\\-]*$")
    #expect(CharacterRanges("]^\\")?.pattern == "^[\\]\\^\\\\]*$")
    #expect(CharacterRanges("") == nil && CharacterRanges("z-a") == nil)
    #expect(CharacterRanges("a\n") == nil)
  }

  @Test func `the document has a schema for each command`() throws {
    let table = CommandTable([.init(name: "ffmpeg", commands: [Self.command])])
    let text = String(decoding: CommandDocument(table.rows).bytes, as: UTF8.self)
    #expect(
      text == """
        {"commands":[{"name":"h265","entry":"ffmpeg","title":"Film as H.265","schema":{\
        "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{\
        "command":{"const":"h265"},\
        "input":{"type":"string","pattern":"^/","maxLength":4095,"x-access":"read",\
        "x-folders":["/srv/media","/srv/out"],"x-endings":[".mkv",".mp4"],"x-field":"path"},\
        "quality":{"type":"integer","title":"Quality","minimum":0,"maximum":51,"default":22,\
        "x-field":"integer"},\
        "start":{"type":"number","minimum":0,"maximum":100000,"x-field":"number"},\
        "speed":{"type":"string","oneOf":[{"const":"fast","title":"Fast"},{"const":"slow"}],\
        "default":"slow","x-field":"choice"},\
        "deinterlace":{"type":"boolean","default":false,"x-field":"flag"},\
        "title":{"type":"string","minLength":1,"maxLength":20,\
        "pattern":"^[A-Za-z {}$`;\\"\\\\-]*$",\
        "x-field":"text"},\
        "output":{"type":"string","pattern":"^/","maxLength":4095,"x-access":"write",\
        "x-folders":["/srv/out"],"x-endings":[".mkv"],"x-field":"output"}},\
        "required":["command","input","output"]}}]}
        """)
  }

  // Proves P-651.
  @Test(
    arguments: [
      [:], ["quality": .integer(7)], ["start": .decimal(1.5)], ["deinterlace": .flag(true)],
      ["speed": .text("fast")], ["title": .text("a title")],
      [
        "quality": .integer(0), "start": .integer(3), "deinterlace": .flag(true),
        "speed": .text("fast"), "title": .text("{quality}"),
      ],
    ] as [[String: CommandValue]])
  func `a call is found again by the arguments that it made`(
    values: [String: CommandValue]
  ) throws {
    let arguments = try Self.command.arguments(Self.least.merging(values) { $1 })
    let table = CommandTable([.init(name: "ffmpeg", commands: [Self.command])])
    let text = table.callJSON(of: "ffmpeg", making: arguments)
    guard case .object(let members) = try JSONReader.read(text, as: .json).content else {
      return #expect(Bool(false), "no object")
    }
    #expect(members[0].key == "command" && members[0].value.content == .text("h265"))
    var found: [String: CommandValue] = [:]
    for member in members.dropFirst() { found[member.key] = CommandValue(member.value) }
    #expect(try Self.command.arguments(found) == arguments)
    for (name, value) in values { #expect(found[name] == value) }
  }

  // Twin of P-651.
  @Test(arguments: [
    [], ["-i"], ["-i", "/srv/media/a.mkv", "/srv/out/a.mkv"],
    ["-i", "/etc/passwd", "-x265-params", "crf=22", "-preset", "slow", "/srv/out/a.mkv"],
    ["-i", "/srv/media/a.mkv", "-x265-params", "crf=022", "-preset", "slow", "/srv/out/a.mkv"],
    [
      "-i", "/srv/media/a.mkv", "-x265-params", "crf=22", "-preset", "slow", "-tune", "fastdecode",
      "/srv/out/a.mkv",
    ],
  ])
  func `arguments that no call makes have none`(arguments: [String]) {
    let table = CommandTable([.init(name: "ffmpeg", commands: [Self.command])])
    #expect(table.callJSON(of: "ffmpeg", making: arguments).isEmpty)
  }

  // Twin of P-651.
  @Test func `a template of many ways is given up, and one of a hidden choice is not`() {
    let choice = CommandField(
      name: "size", kind: .choice(["small", "large", "huge"].map { .init(value: $0, title: nil) }),
      defaultValue: .text("small"))
    let hidden = EntryCommand(
      name: "hidden", fields: [choice],
      template: [
        Self.words("-s", when: .init(field: "size", value: "small")),
        Self.words("-h", when: .init(field: "size", value: "huge")), Self.words("x"),
      ])
    let many = EntryCommand(
      name: "many",
      fields: (0..<40).map { CommandField(name: "f\($0)", kind: .flag) },
      template: (0..<40).map { Self.words("x", when: .init(field: "f\($0)", value: nil)) })
    let table = CommandTable([.init(name: "e", commands: [many, hidden])])
    let call = { (arguments: [String]) in
      String(
        decoding: table.callJSON(of: "e", making: arguments),
        as: UTF8.self)
    }
    #expect(call(["x"] + Array(repeating: "x", count: 19) + ["y"]).isEmpty)
    // One bound for all commands, and one of the bytes.
    let crowd = CommandTable([
      .init(name: "e", commands: Array(repeating: many, count: 64) + [hidden])
    ])
    #expect(
      crowd.callJSON(of: "e", making: ["x", "x", "x", "x", "y"]).isEmpty)
    #expect(
      table.callJSON(of: "e", making: ["-h", String(repeating: "x", count: 16 << 10)]).isEmpty)
    #expect(call(["-h", "x"]) == #"{"command":"hidden","size":"huge"}"#)
  }
}
