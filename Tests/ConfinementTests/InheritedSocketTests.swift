import Glibc
import TestSupport
import Testing

/// Sockets that systemd hands over to a service whose listeners are configured or not.
struct InheritedSocketTests {
  /// Hands a TCP socket over as `api`, as systemd does (sd_listen_fds(3)). Words before its own are
  /// `default` to take `-p 0` away, and `bound` for a socket that does not listen.
  private static let supervisor = """
    import os, socket, sys
    words, command = sys.argv[1].split(","), sys.argv[2:]
    held = socket.create_server(("127.0.0.1", 0))
    if "bound" in words:
        held = socket.socket()
        held.bind(("127.0.0.1", 0))
    if "default" in words:
        place = command.index("-p")
        del command[place:place + 2]
    if held.fileno() == 3:
        os.set_inheritable(3, True)
    else:
        os.dup2(held.fileno(), 3)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="api")
    os.execv(command[0], command)
    """

  private static func start(_ words: String, _ options: [String] = []) throws -> RunnerProcess {
    try RunnerProcess(
      whitelist: ["/bin/echo"], options: options,
      wrapper: ["/usr/bin/python3", "-c", supervisor, words])
  }

  // Proves P-340.
  @Test func `a socket of systemd is served where no listener is configured`() throws {
    let process = try Self.start("default")
    let line = try process.logLine("listening on http://127.0.0.1:")
    let port = line.split(separator: ":").last ?? ""
    let run = try CommandRun("/usr/bin/curl", ["-sS", "-m", "60", "http://127.0.0.1:\(port)/jobs"])
    #expect(run.ending == .exited(0) && run.stdout.contains("jobs"), "\(run.stderr)")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Twin of P-340.
  @Test func `one that no configured listener serves stops the start`() throws {
    let other = try Self.start("configured")
    #expect(try other.child.wait() == .exited(78))
    #expect(other.log.contains("socket api, and no listener serves it"), "\(other.log)")
  }

  // Proves P-340.
  @Test func `a socket that does not listen stops the start`() throws {
    let bound = try Self.start("default,bound")
    #expect(try bound.child.wait() == .exited(78))
    #expect(bound.log.contains("api is no listening stream socket"), "\(bound.log)")
  }
}
