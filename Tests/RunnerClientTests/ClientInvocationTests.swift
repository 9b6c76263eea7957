import Testing

@testable import RunnerClient

struct ClientInvocationTests {
  private static let id = String(repeating: "0a", count: 20)

  @Test func `options, entry and arguments are told apart`() throws {
    let run = try ClientInvocation(
      .run, ["--label", "a=b=c", "ffmpeg", "--label=d=", "--timeout", "2h", "--", "-i", "--", "x"])
    #expect(run.operands == ["ffmpeg"] && run.argumentCount == 3)
    #expect(try run.pairs("label").map(\.value) == ["b=c", ""])
    #expect(try run.seconds("timeout") == 7200)
  }

  @Test(arguments: [
    (ClientCommand.run, []), (.run, ["a", "b"]), (.run, ["--nonsense", "a"]), (.run, ["--label"]),
    (.run, ["--raw=1", "a"]), (.run, ["--timeout", "1", "--timeout", "2", "a"]),
    (.show, ["../queue"]), (.cancel, ["0a"]), (.list, ["a"]), (.list, ["--", "a"]),
  ])
  func `a command line that means nothing is refused`(command: ClientCommand, words: [String]) {
    #expect(throws: ClientFailure.self) { try ClientInvocation(command, words) }
  }

  /// A token in an option would be read by every user of the machine in /proc.
  @Test func `no option takes a token`() {
    for command in ClientCommand.allCases {
      #expect(!command.options.contains { $0.name.contains("token") })
    }
  }

  @Test(arguments: ClientCommand.allCases)
  func `help, manual and completions have every option`(command: ClientCommand) {
    let help = CommandHelpText.text(of: command)
    let page = ManualPage.text(of: command)
    let script = CompletionScript(subcommands: [("doctor", "Say")])
    for option in command.options {
      #expect(help.contains("--\(option.name)"))
      let name = option.name.split(separator: "-").joined(separator: "\\-")
      #expect(page.contains("\\-\\-\(name)"), "\(option.name)")
      #expect(script.text(.bash).contains("--\(option.name)"))
      #expect(script.text(.zsh).contains("--\(option.name)["))
      #expect(script.text(.fish).contains("-l \(option.name) "))
    }
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 96 }, "\(help)")
  }

  @Test(arguments: [
    ("first", ["c", "b", "a"]), ("down", ["c", "b", "a"]), ("up", ["a", "b", "c"]),
    ("last", ["a", "b", "c"]),
  ])
  func `jobs that are moved keep their order`(place: String, order: [String]) {
    #expect(ActionCommand.moveOrder(["a", "b", "c"], to: place) == order)
  }

  @Test func `signals mean what they mean to srun`() {
    let now = ContinuousClock.now
    var terminal = InterruptPolicy(isInteractive: true, isOwner: true, isDetaching: false)
    #expect(terminal.effect(of: 2, at: now) == .tell)
    #expect(terminal.effect(of: 2, at: now + .seconds(3)) == .tell)
    #expect(terminal.effect(of: 2, at: now + .seconds(4)) == .cancel)
    #expect(terminal.effect(of: 2, at: now + .seconds(5)) == .leave)
    var script = InterruptPolicy(isInteractive: false, isOwner: true, isDetaching: false)
    #expect(script.effect(of: 2, at: now) == .cancel)
    var hangup = InterruptPolicy(isInteractive: true, isOwner: true, isDetaching: false)
    #expect(hangup.effect(of: 1, at: now) == .cancel)
    var detached = InterruptPolicy(isInteractive: true, isOwner: true, isDetaching: true)
    #expect(detached.effect(of: 2, at: now) == .leave)
    var guest = InterruptPolicy(isInteractive: true, isOwner: false, isDetaching: false)
    #expect(guest.effect(of: 15, at: now) == .leave)
  }
}
