/// All that the command line says, checked. Defaults are those of `OptionTable`.
package struct Options: Hashable, Sendable {
  /// Exact absolute paths that may run.
  package var whitelist: [String] = []
  /// TCP port; 0 lets the system choose a free one.
  package var port = 9000
  /// Numeric IPv4 or IPv6 address to listen on.
  package var interface = "127.0.0.1"
  /// Ended jobs that are kept for reading.
  package var keep = 100
  /// Name or number of the user that jobs run as; nil gives each job an id of its own. The name
  /// still has to be looked up, and refused if it means uid 0.
  package var user: String?
  /// Wall clock of a job.
  package var timeoutSeconds = 3600
  /// Between TERM and KILL.
  package var graceSeconds = 5
  /// Jobs at one time.
  package var running = 256
  /// Jobs that wait.
  package var queued = 10_000
  /// Bytes kept of each output stream of a job.
  package var outputPerStream = 16 << 20
  /// Bytes kept of the output of all jobs together.
  package var outputTotal = 256 << 20

  /// CPU time of each process of a job.
  package var limitCPUSeconds = 3600
  /// Bytes of the largest file that a job may write.
  package var limitFileSize = 16 << 30
  /// Descriptors of each process of a job.
  package var limitOpenFiles = 1024
  /// Processes and threads of a job.
  package var limitProcesses = 256
  /// Bytes of data memory of each process of a job.
  package var limitData = 4 << 30
  /// Bytes of stack of each process of a job.
  package var limitStack = 8 << 20
  /// Bytes that each process of a job may lock in memory.
  package var limitLockedMemory = 8 << 20

  /// Bytes of the largest request body.
  package var httpBody = 1 << 20
  /// Until a request's header must be complete.
  package var httpHeaderSeconds = 10
  /// Until a request's body must be complete.
  package var httpBodySeconds = 10
  /// Until a silent connection is closed.
  package var httpIdleSeconds = 60
  /// Connections at one time.
  package var httpConnections = 1024
  /// Connections at one time from one address.
  package var httpConnectionsPerAddress = 256
  /// Further names, in lower case, under which browsers may reach the service.
  package var hostNames: [String] = []

  /// Numeric uids and gids that jobs get and nobody else uses; nil until given.
  package var givenIDRange: ClosedRange<UInt32>?
  /// Absolute path of the folder in which private working folders are made.
  package var workFolder = "/var/lib/http-runner"
  /// Absolute path of the launcher; nil means the one beside this program.
  package var launcher: String?
  /// Serve others than this machine although nothing asks who they are.
  package var insecureNoAuth = false

  package init() {}

  /// The range that was given, or else one that grows with `running`.
  package var idRange: ClosedRange<UInt32> {
    givenIDRange ?? IDRange.standard(running: running)
  }
}
