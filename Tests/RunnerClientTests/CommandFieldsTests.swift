import RunnerCore
import Testing
import TextFormats

@testable import RunnerClient

/// Fields of a command on the command line.
struct CommandFieldsTests {
  private static let command = #"""
    {"name": "h265", "title": "Film", "schema": {"properties": {
      "command": {"const": "h265"},
      "input": {"type": "string", "x-field": "path", "title": "What"},
      "output": {"type": "string", "x-field": "output", "x-endings": [".mkv"]},
      "quality": {"type": "integer", "minimum": 0, "maximum": 51, "default": 22},
      "scale": {"type": "number"}, "copyAudio": {"type": "boolean", "default": false},
      "speed": {"type": "string", "oneOf": [{"const": "a"}, {"const": "b"}], "default": "a"}},
      "required": ["command", "input", "output"]}}
    """#

  private func members(
    _ words: [String], folder: String? = "/srv/u", paths: [String: String] = [:]
  ) throws -> [String] {
    let invocation = try ClientInvocation(.run, ["h265"] + words)
    let command = try JSONReader.read(Array(Self.command.utf8), as: .json)
    return try CommandFields.members(
      of: invocation.fields, command, folder: folder, paths: PathMapper(paths)
    ).map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
  }

  @Test func `each has the type of the schema`() throws {
    #expect(
      try members([
        "--input", "a.mkv", "--output=../b.mkv", "--quality", "22", "--scale", "-0.5",
        "--copy-audio", "--speed", "b",
      ]) == [
        #"input="/srv/u/a.mkv""#, #"output="/srv/b.mkv""#, "quality=22", "scale=-0.5",
        "copyAudio=true", #"speed="b""#,
      ])
    #expect(
      try members(["--copyAudio=false", "--input", "/a", "--speed", "./b"]) == [
        "copyAudio=false", #"input="/a""#, #"speed="./b""#,
      ])
  }

  @Test func `paths of the configuration hold for paths alone, from their start`() throws {
    let paths = ["/mnt/nas": "/srv/media", "/mnt/nas/tv": "/srv/tv"]
    #expect(
      try members(
        ["--input", "tv/a.mkv", "--output", "/mnt/nas/b.mkv", "--speed", "/mnt/nas/b"],
        folder: "/mnt/nas", paths: paths)
        == [#"input="/srv/tv/a.mkv""#, #"output="/srv/media/b.mkv""#, #"speed="/mnt/nas/b""#])
    #expect(
      try members(["--input", "/data/x /mnt/nas/a", "--output", "/mnt/nas2/b"], paths: paths)
        == [#"input="/data/x /mnt/nas/a""#, #"output="/mnt/nas2/b""#])
    #expect(try members(["--input", "/mnt/nas"], paths: ["/mnt/nas": "/"]) == [#"input="/""#])
  }

  @Test(arguments: [
    ["--quality", "x"], ["--quality"], ["--quality", "1", "--quality", "2"], ["--none", "1"],
    ["--copy-audio", "yes"], ["--command", "x"], ["--input"], ["--scale", "1e999"],
  ])
  func `what it does not take is refused before anything is sent`(words: [String]) {
    #expect(throws: (any Error).self) { try members(words) }
  }

  @Test func `options of the client stay its own, before and behind the name`() throws {
    let invocation = try ClientInvocation(
      .submit, ["--label", "a=b", "h265", "--input", "x", "--priority", "3"])
    #expect(invocation.fields.map(\.name) == ["input"])
    #expect(invocation.value("priority") == "3")
    // Before the name, a slip of the pen is still one.
    #expect(throws: ClientFailure.self) { try ClientInvocation(.run, ["--input", "x", "h265"]) }
  }

  /// Else a service could have a field that no command line reaches.
  @Test(arguments: [ClientCommand.run, .submit])
  func `no field can have the name of an option`(command: ClientCommand) {
    for option in command.options {
      let parts = option.name.split(separator: "-")
      let rest = parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
      let name = String(parts[0]) + rest.joined()
      #expect(CommandField.reservedNames.contains(name), "\(name)")
    }
  }

  @Test func `a command is shown with its fields`() throws {
    let command = try JSONReader.read(Array(Self.command.utf8), as: .json)
    let lines = CommandsCommand.lines(of: command)
    #expect(lines[0].hasPrefix("h265 ") && lines[0].hasSuffix(" Film"))
    #expect(lines.contains { $0.hasPrefix("  --quality 0..51 ") && $0.hasSuffix("[22]") })
    #expect(lines.contains { $0.hasPrefix("  --speed a|b ") && $0.hasSuffix("[a]") })
    #expect(lines.contains { $0.hasPrefix("  --copy-audio ") })
    #expect(lines.contains { $0.hasPrefix("  --scale") && $0.hasSuffix("[optional]") })
    #expect(lines.contains { $0.hasPrefix("  --output PATH(.mkv)") && !$0.contains("[") })
  }
}
