import Glibc

/// The program under the name of an entry, by a link: `ffmpeg` runs the entry `ffmpeg` with the
/// same arguments, streams, signals and exit code, so that what calls ffmpeg need not be changed.
struct LinkedProgram {
  let name: String
  let arguments: [[UInt8]]

  /// Names that need no configuration.
  private static let standardNames = ["ffmpeg", "ffprobe"]
  /// What ffmpeg(1) calls its standard input.
  private static let inputNames = ["-", "pipe:", "pipe:0", "fd:", "fd:0", "/dev/stdin"]

  /// Whether the program does so under `name`.
  static func isLinked(_ name: String, _ configuration: ClientConfiguration) -> Bool {
    standardNames.contains(name) || configuration.programs.contains(name)
  }

  /// Whether its arguments make a job of standard input: then that is read to its end and sent.
  /// Programs other than those of ffmpeg may always read it.
  var readsInput: Bool {
    guard Self.standardNames.contains(name) else { return true }
    let inputs = zip([[]] + arguments, arguments).filter { before, argument in
      Self.inputNames.contains { Array($0.utf8) == argument }
        && (before == Array("-i".utf8) || name == "ffprobe")
    }
    return !inputs.isEmpty
  }

  /// Whether `q` on standard input ends it: ffmpeg's own key, by which media servers stop it.
  var hasQuitKey: Bool {
    name == "ffmpeg" && !readsInput && !arguments.contains(Array("-nostdin".utf8))
  }

  /// Runs it on the service, or here where the service is not there and the configuration names a
  /// program for that.
  ///
  /// - Returns: the exit code.
  func run(_ settings: ClientSettings, _ output: TerminalOutput) throws(ClientFailure) -> Int32 {
    let client = try ServiceClient(settings)
    if let path = settings.fallback[name] { try replaceIfUnreachable(client, path, output) }
    let input = readsInput ? try JobSubmission.standardInput() : nil
    let signals = try ClientSignal()
    let policy = InterruptPolicy(isOwner: true)
    var sender = JobSender(client: client, output: output, signals: signals, policy: policy)
    let document = try sender.submit(
      JobSubmission(
        entry: name, arguments: arguments.map(settings.paths.mapped), input: input))
    let options = JobSession.Options(hasQuitKey: hasQuitKey)
    let id = try RunCommand.id(of: document)
    return try JobSession(client, id, options, output, signals, sender.policy).run()
  }

  /// Becomes the local program where no connection is to be had.
  private func replaceIfUnreachable(
    _ client: ServiceClient, _ path: String, _ output: TerminalOutput
  ) throws(ClientFailure) {
    do throws(ClientFailure) {
      _ = try client.reply(to: .get("/healthz"))
    } catch {
      guard error.kind == .unreachable else { throw error }
      guard !Self.isThisProgram(path) else {
        throw ClientFailure(.configuration, "fallback: \(path) leads to this program.")
      }
      // SAFETY: execv(3) reads a C string and the arguments of this process, which end with NULL.
      _ = unsafe execv(path, CommandLine.unsafeArgv)
      throw ClientFailure(.launchFailed, "\(path) cannot be executed: errno \(errno).")
    }
  }

  private static func isThisProgram(_ path: String) -> Bool {
    var (own, other) = (stat(), stat())
    // SAFETY: stat(2) reads a C string, and writes one structure.
    guard unsafe stat("/proc/self/exe", &own) == 0, unsafe stat(path, &other) == 0 else {
      return false
    }
    return own.st_dev == other.st_dev && own.st_ino == other.st_ino
  }
}
