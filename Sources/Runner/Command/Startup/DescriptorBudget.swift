internal import RunnerConfiguration
internal import SandboxBase

/// How many jobs and connections the descriptors of our processes are enough for (RLIMIT_NOFILE).
/// The service and its launcher have the same hard limit; a full table would fail launches.
struct DescriptorBudget: Hashable {
  /// Jobs at one time.
  let running: Int
  /// Connections at one time.
  let connections: Int
  /// What is lowered, for the log; nil where everything fits.
  let note: String?

  /// In the service: listener, store, event loops, callbacks, transfers of files.
  private static let serviceBase = 80
  /// In the service, for each two connections: their sockets, and a file that one of them sends or
  /// reads.
  private static let servicePerTwoConnections = 3
  /// In the service, for a job: its two streams, their files, and what is on its way.
  private static let servicePerJob = 8
  /// In the launcher: channels, the event loop, namespaces, and idle sandboxes of one spec.
  private static let launcherBase = 112
  /// In the launcher, for each entry: its executable and an idle sandbox.
  private static let launcherPerEntry = 4
  /// In the launcher, for a job: its sandbox, its cgroup, its listener and its streams.
  private static let launcherPerJob = 12

  /// - Parameter limit: the hard limit of this process.
  /// - Throws: `StartFailure` where not even one job fits.
  init(
    _ service: ServiceSettings, entryCount: Int, limit: UInt64
  ) throws(StartFailure) {
    let limit = Int(clamping: limit)
    // All that jobs leave, and a quarter where they would take more than the rest.
    let forJobs = Self.servicePerJob * service.running
    let connections = min(
      service.httpConnections,
      max(
        1, Self.connections(within: (limit - Self.serviceBase) / 4),
        Self.connections(within: limit - Self.serviceBase - forJobs)))
    let launcherBase = Self.launcherBase + Self.launcherPerEntry * entryCount
    let running = min(
      service.running,
      (limit - Self.serviceBase - Self.descriptors(for: connections)) / Self.servicePerJob,
      (limit - launcherBase) / Self.launcherPerJob)
    guard running > 0 else {
      throw .configuration(
        "The hard limit on open files is \(limit), too few for one job; at least "
          + "\(launcherBase + Self.launcherPerJob) are needed. Raise it: LimitNOFILE= in "
          + "systemd.exec(5), --ulimit nofile= in a container, ulimit -n in a shell.")
    }
    self.running = running
    self.connections = connections
    guard running < service.running || connections < service.httpConnections else {
      note = nil
      return
    }
    let needed = max(
      Self.serviceBase + Self.descriptors(for: service.httpConnections) + forJobs,
      launcherBase + Self.launcherPerJob * service.running)
    note =
      "the hard limit on open files is \(limit): \(running) jobs at one time instead of "
      + "\(service.running), and \(connections) connections instead of "
      + "\(service.httpConnections); \(needed) are enough for all (LimitNOFILE=, ulimit -n)"
  }

  /// Descriptors that connections take, rounded up.
  private static func descriptors(for connections: Int) -> Int {
    (servicePerTwoConnections * connections + 1) / 2
  }

  /// The most connections that take no more descriptors than these, without a product that
  /// overflows where there is no limit.
  private static func connections(within descriptors: Int) -> Int {
    let (pairs, rest) = descriptors.quotientAndRemainder(dividingBy: servicePerTwoConnections)
    return 2 * pairs + 2 * rest / servicePerTwoConnections
  }
}
