import Testing

@testable import TextFormats

/// Arguments, taken apart.
struct CommandLineReaderTests {
  private typealias Option = CommandLineReader.Option

  @Test(
    arguments: [
      ("--port", Option(spelling: "--port", name: "port", isLong: true, attached: nil)),
      ("--port=80=x", Option(spelling: "--port", name: "port", isLong: true, attached: "80=x")),
      ("--port=", Option(spelling: "--port", name: "port", isLong: true, attached: "")),
      ("--", Option(spelling: "--", name: "", isLong: true, attached: nil)),
      ("-p", Option(spelling: "-p", name: "p", isLong: false, attached: nil)),
      ("-p80", Option(spelling: "-p", name: "p", isLong: false, attached: "80")),
      ("-p=80", Option(spelling: "-p", name: "p", isLong: false, attached: "=80")),
    ] as [(String, CommandLineReader.Option)])
  func `options are known by their dashes`(argument: String, option: CommandLineReader.Option) {
    #expect(CommandLineReader.item(argument) == .option(option))
  }

  @Test(arguments: ["", "-", "port", "a=b", "/bin/true"])
  func `all else is an operand`(argument: String) {
    #expect(CommandLineReader.item(argument) == .operand(argument))
  }

  @Test func `a value is attached or comes next, and only where it can be one`() {
    var reader = CommandLineReader(["--a=1", "--b", "2", "--c", "-3", "--d"])
    var values: [String?] = []
    while case .option(let option)? = reader.next() {
      values.append(reader.value(of: option) { !$0.hasPrefix("--") })
    }
    #expect(values == ["1", "2", "-3", nil])
    #expect(reader.upcoming == nil)
  }

  @Test func `two dashes end the options`() {
    let (options, operands) = CommandLineReader.split(["-a", "--", "b", "--", "c"])
    #expect(options == ["-a"])
    #expect(operands == ["b", "--", "c"])
    #expect(CommandLineReader.split(["-a"]).operands == nil)
  }
}
