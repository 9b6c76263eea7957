internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore

/// The service as it is started from a shell.
package enum RunnerProgram {
  /// Does what the command line asks for, and ends the process with the code for what came of it.
  ///
  /// - Parameter arguments: without the program's name.
  package static func run(_ arguments: [String]) -> Never {
    let log = ServiceLog()
    do throws(OptionError) {
      if let command = try SubcommandTable.standard.choose(arguments) {
        exit(command.run(command.arguments))
      }
      switch try OptionParser.parse(arguments) {
      case .help: print(HelpText.text, terminator: "")
      case .version: print(Version.text, terminator: "")
      case .serve(let options): serve(options, log)
      }
      exit(ExitCode.ok.rawValue)
    } catch {
      log.log(.error, error.description)
      exit(ExitCode.usage.rawValue)
    }
  }

  private static func serve(_ options: Options, _ log: ServiceLog) -> Never {
    do throws(StartFailure) {
      if let file = options.config { try checkConfiguration(options, file, log) }
      let service = try Composition.start(options, log: log)
      log.log(.info, "listening on \(service.url)")
      service.runUntilSignal()
    } catch {
      log.log(.error, error.text)
      exit(error.code.rawValue)
    }
  }

  /// Until the launcher takes a policy for each entry, a file can be checked and not served: less
  /// confinement than it asks for would be worse than none of its settings.
  private static func checkConfiguration(
    _ options: Options, _ file: String, _ log: ServiceLog
  ) throws(StartFailure) {
    do throws(ConfigurationRefusal) {
      _ = try ConfigurationLoader.load(options)
    } catch {
      for line in error.lines(file: file) { log.log(.error, line) }
      throw .configuration("\(file) is refused; nothing was started.")
    }
    throw .configuration("\(file) is right, but its policies are not served yet.")
  }
}
