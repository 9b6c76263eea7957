internal import Glibc
internal import RunnerClient
internal import RunnerConfiguration
internal import RunnerCore

/// The service as it is started from a shell.
package enum RunnerProgram {
  /// Does what the command line asks for, and ends the process with the code for what came of it.
  ///
  /// - Parameter arguments: without the program's name.
  package static func run(_ arguments: [String]) -> Never {
    let log = ServiceLog()
    if arguments.first == CompileTableCommand.subcommandName {
      exit(CompileTableCommand.run(Array(arguments.dropFirst())))
    }
    if let code = client.run(name: CommandLine.arguments.first ?? "", arguments) { exit(code) }
    do throws(OptionError) {
      if let command = try SubcommandTable.standard.choose(arguments) {
        if Subcommand.isHelp(command.arguments), let word = arguments.first,
          let subcommand = Subcommand(rawValue: word)
        {
          print(subcommand.usage, terminator: "")
          exit(ExitCode.ok.rawValue)
        }
        exit(command.run(command.arguments))
      }
      switch try OptionParser.parse(arguments) {
      case .help: print(HelpText.text, terminator: "")
      case .version: print(Version.text, terminator: "")
      case .serve(let options): serve(options, log)
      }
      exit(ExitCode.ok.rawValue)
    } catch {
      log.log(.error, "service.usage_wrong", error.description)
      exit(ExitCode.usage.rawValue)
    }
  }

  /// The client, whose completions know the words of the service, too.
  private static var client: ClientProgram {
    let known = SubcommandTable.standard.known.map { (name: $0.rawValue, summary: $0.summary) }
    return ClientProgram(
      ClientEnvironment { EnvironmentVariable.value(of: $0) },
      completions: CompletionScript(subcommands: known))
  }

  private static func serve(_ options: Options, _ startLog: ServiceLog) -> Never {
    var log = startLog
    do throws(StartFailure) {
      let notifier = SupervisorNotifier()
      let configuration = try ConfigurationLoader.load(options, log)
      log = ServiceLog(configuration.service)
      let service = try Composition.start(configuration, options, notifier, log: log)
      for url in service.urls {
        log.log(.info, "service.listening", "listening on \(url)", ["url": .text(url)])
      }
      Lifecycle(service, notifier, drainSeconds: configuration.service.drainSeconds).run()
    } catch {
      log.log(.error, "service.start_failed", error.text)
      exit(error.code.rawValue)
    }
  }
}
