import Testing

@testable import RunnerCommand

/// The first word of the command line.
struct SubcommandTests {
  private static let table = SubcommandTable([
    .doctor: { Int32($0.count) }, .trace: { _ in 7 },
  ])

  @Test func `a word runs its function with what follows`() throws {
    let choice = try #require(try Self.table.choose(["doctor", "--json", "x"]))
    #expect(choice.run(choice.arguments) == 2)
    #expect(choice.arguments == ["--json", "x"])
  }

  @Test(arguments: [[], ["-w", "/usr/bin/true"], ["--help"], ["--", "doctor"], [""]])
  func `options alone are the service's, as ever`(line: [String]) throws {
    #expect(try Self.table.choose(line) == nil)
  }

  @Test(arguments: ["doctr", "check", "Doctor", "a\nb"])
  func `another word is refused, and those that there are named`(word: String) {
    let error = #expect(throws: OptionError.self) { _ = try Self.table.choose([word]) }
    #expect(error?.why.contains("There are doctor, trace;") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test(arguments: Subcommand.allCases)
  func `each says how it is used, within the columns of a terminal`(command: Subcommand) {
    #expect(command.usage.hasPrefix("Usage: http-runner \(command.rawValue)"))
    #expect(command.usage.hasSuffix("\n"))
    #expect(command.usage.split(separator: "\n").allSatisfy { $0.count <= HelpText.columnsMax })
    #expect(Subcommand.isHelp(["--json", "--help"]) && !Subcommand.isHelp(["--", "a", "--help"]))
  }

  @Test func `the help text lists what there is`() {
    for command in SubcommandTable.standard.known {
      #expect(HelpText.text.contains("  \(command.rawValue) "))
    }
  }
}
