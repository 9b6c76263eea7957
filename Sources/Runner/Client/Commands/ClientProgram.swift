import Glibc

/// The client as it is started from a shell: by a command as the first word, or under the name of
/// an entry.
package struct ClientProgram {
  private let environment: ClientEnvironment
  private let completions: CompletionScript

  /// - Parameter completions: with the words of the service's own command line.
  package init(_ environment: ClientEnvironment, completions: CompletionScript) {
    self.environment = environment
    self.completions = completions
  }

  /// The program's own name, as far as a link to it counts as such.
  private static let ownName = "http-runner"

  /// Runs the client, where the command line is one of its.
  ///
  /// - Parameters:
  ///   - name: by which the program was called, with its folders.
  ///   - arguments: behind it.
  /// - Returns: the exit code; nil where the command line is the service's.
  package func run(name: String, _ arguments: [String]) -> Int32? {
    let name = name.split(separator: "/").last.map(String.init) ?? Self.ownName
    do throws(ClientFailure) {
      if !name.hasPrefix(Self.ownName) {
        let configuration = try ClientSettings.configuration(environment)
        if LinkedProgram.isLinked(name, configuration) {
          Self.openStandardDescriptors()
          return runLinked(name, configuration)
        }
      }
    } catch {
      return report(error, forJob: true)
    }
    guard let command = arguments.first.flatMap({ ClientCommand(rawValue: $0) }) else { return nil }
    Self.openStandardDescriptors()
    do throws(ClientFailure) {
      return try run(try ClientInvocation(command, Array(arguments.dropFirst())))
    } catch {
      return report(error, forJob: command.isForJob)
    }
  }

  /// Where standard input, output or error is closed it is /dev/null from now on: else the next
  /// descriptor of this program would be taken for it.
  private static func openStandardDescriptors() {
    while true {
      // SAFETY: open(2) reads a C string; the lowest free number is the one that it takes.
      let fd = unsafe open("/dev/null", O_RDWR)
      if fd > STDERR_FILENO { close(fd) }
      guard (STDIN_FILENO...STDERR_FILENO).contains(fd) else { return }
    }
  }

  private func runLinked(_ name: String, _ configuration: ClientConfiguration) -> Int32 {
    do throws(ClientFailure) {
      let settings = try ClientSettings(ClientSettings.Options(), environment, configuration)
      let program = LinkedProgram(name: name, arguments: ProgramArguments.all)
      // What calls it expects of standard error what ffmpeg prints, and no more.
      return try program.run(settings, TerminalOutput(environment, isQuiet: true))
    } catch {
      return report(error, forJob: true)
    }
  }

  private func report(_ failure: ClientFailure, forJob: Bool) -> Int32 {
    TerminalOutput(environment).say(failure.text)
    return failure.exit(forJob: forJob).rawValue
  }

  private func run(_ invocation: ClientInvocation) throws(ClientFailure) -> Int32 {
    let output = TerminalOutput(environment, isQuiet: invocation.has("quiet"))
    guard !invocation.wantsHelp else {
      output.emit(Array(CommandHelpText.text(of: invocation.command).utf8))
      return ClientExit.ok.rawValue
    }
    if invocation.command == .completions { return try complete(invocation, output) }
    let settings = try ClientSettings(
      invocation.connection, environment, try ClientSettings.configuration(environment))
    let client = try ServiceClient(settings)
    switch invocation.command {
    case .run, .submit:
      return try RunCommand(invocation: invocation, client: client, output: output).run()
    case .follow:
      return try RunCommand(invocation: invocation, client: client, output: output).follow()
    case .fetch:
      return try FetchCommand(invocation: invocation, client: client, output: output).run()
    case .wait:
      return try WaitCommand(invocation: invocation, client: client, output: output).run()
    case .logs:
      return try LogsCommand(invocation: invocation, client: client, output: output).run()
    case .list:
      return try ListCommand(invocation: invocation, client: client, output: output).run()
    case .top:
      return try ListCommand(invocation: invocation, client: client, output: output).top()
    case .commands:
      return try CommandsCommand(invocation: invocation, client: client, output: output).run()
    default:
      return try ActionCommand(invocation: invocation, client: client, output: output).run()
    }
  }

  private func complete(
    _ invocation: ClientInvocation, _ output: TerminalOutput
  ) throws(ClientFailure) -> Int32 {
    let words = invocation.operands
    if words == ["commands"] {
      for command in ClientCommand.allCases { output.emit(line: command.rawValue) }
    } else if words.count == 2, words[0] == "man", let command = ClientCommand(rawValue: words[1]) {
      output.emit(Array(ManualPage.text(of: command).utf8))
    } else if words.count == 1, let dialect = CompletionScript.Dialect(rawValue: words[0]) {
      output.emit(Array(completions.text(dialect).utf8))
    } else {
      throw invocation.usage("it takes \(ClientCommand.completions.operands)")
    }
    return ClientExit.ok.rawValue
  }
}
