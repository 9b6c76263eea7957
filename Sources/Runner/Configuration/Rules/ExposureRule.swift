internal import SandboxBase

/// One rule of the exposure score: what widens the reach of an entry's jobs, and its weight.
///
/// The weights are a judgement: what lets a job reach other people's files or the network weighs
/// most, what only shows it something weighs least.
struct ExposureRule: Sendable {
  let name: String
  /// For each thing found.
  let tenths: Int
  /// How many of them count.
  let countMax: Int
  let because: String
  /// What of the entry it applies to; empty when it does not.
  let found: @Sendable (ConfiguredEntry, HostInfo) -> [String]

  static let table = layers + reach + programs + amounts

  private static func layer(_ layer: Layer, _ tenths: Int, _ because: String) -> ExposureRule {
    ExposureRule(
      name: "without-\(layer.rawValue)", tenths: tenths, countMax: 1, because: because
    ) { entry, _ in entry.policy.dropped.contains(layer) ? [layer.rawValue] : [] }
  }

  private static func when(
    _ name: String, _ tenths: Int, _ because: String, countMax: Int = 1,
    _ found: @escaping @Sendable (EntryPolicy) -> [String]
  ) -> ExposureRule {
    ExposureRule(name: name, tenths: tenths, countMax: countMax, because: because) { entry, _ in
      found(entry.policy)
    }
  }

  private static let layers = [
    layer(.mountNamespace, 30, "jobs see every file of the host that its permissions show"),
    layer(.networkNamespace, 15, "jobs are in the host's network namespace, abstract sockets too"),
    layer(.pidNamespace, 15, "jobs see all processes, and their arguments"),
    layer(.landlockFiles, 10, "nothing stands behind the mounts if one of them is wrong"),
    layer(.landlockScopes, 8, "signals and abstract sockets have one barrier less"),
    layer(.landlockNetwork, 5, "TCP has one barrier less"),
    layer(.ipcNamespace, 8, "System V memory and queues of others can be reached"),
    layer(.keyring, 4, "keyrings have one barrier less"),
    layer(.memfd, 4, "jobs can execute what they made in memory"),
    layer(.cgroupNamespace, 2, "jobs see where their cgroup stands"),
    layer(.utsNamespace, 1, "jobs see the host's name"),
  ]

  private static let reach = [
    when("network-all", 25, "jobs can speak to everything that the host can reach") {
      $0.network == .all ? ["all"] : []
    },
    when("network-ports", 12, "jobs can speak TCP on listed ports, to any address") {
      guard case .tcp(let connect, let bind) = $0.network else { return [] }
      return connect.map { "connect \($0)" } + bind.map { "bind \($0)" }
    },
    when("network-loopback", 2, "jobs have IP sockets, within themselves") {
      $0.network == .loopback ? ["loopback"] : []
    },
    when(
      "write", 5, "what a job writes stays, and other jobs and programs meet it", countMax: 4,
      \.writePaths),
    when("read", 2, "what a job reads it can put into its output", countMax: 4, \.readPaths),
    when(
      "devices", 8, "a driver's code is open to whatever a job hands it", countMax: 2, \.devices),
    ExposureRule(
      name: "gpu", tenths: 10, countMax: 1,
      because: "the graphics driver, and memory that it shares, are open to whatever a job hands it"
    ) { entry, _ in entry.gpu.map { [$0.rawValue] } ?? [] },
    ExposureRule(
      name: "user", tenths: 15, countMax: 1,
      because: "jobs run as an account of the host and reach what it reaches, each other's too"
    ) { entry, _ in entry.account.map { [$0] } ?? [] },
    ExposureRule(
      name: "groups", tenths: 4, countMax: 3,
      because: "jobs reach what the group may reach on the paths that they see"
    ) { entry, _ in entry.groups },
  ]

  private static let programs = [
    when("profile-standard", 4, "jobs may start programs and make code while they run") {
      $0.profile == .standard ? ["standard"] : []
    },
    when("profile-wider", 6, "the profile allows more calls than standard") {
      [.network, .jit, .build].contains($0.profile) ? [$0.profile.rawValue] : []
    },
    when("call-groups", 4, "each group opens more of the kernel to jobs", countMax: 3) {
      $0.calls.groups.map(\.rawValue)
    },
    when("no-argument-rules", 10, "requests choose every argument of the program") {
      !Interpreters.runsAnything($0) && $0.arguments.allow.isEmpty && $0.arguments.deny.isEmpty
        ? ["arguments"] : []
    },
    when("interpreter-arguments", 40, "the program runs whatever code its arguments hold") {
      Interpreters.runsAnything($0) ? [$0.path] : []
    },
    when("denied-arguments-only", 6, "what nobody thought of denying is allowed") {
      !Interpreters.runsAnything($0) && $0.arguments.allow.isEmpty && !$0.arguments.deny.isEmpty
        ? ["arguments.deny"] : []
    },
    when("allowed-variables", 1, "requests set variables of the program", countMax: 5) {
      $0.environment.allowed
    },
    when("dangerous-fixed-variables", 5, "a variable changes what the program loads or runs") {
      $0.environment.fixed.filter { !SizingVariables.isSize($0) }.map(\.name)
        .filter(EnvironmentRule.isDangerous)
    },
    when("diagnose", 1, "a second process handles what the filter refuses") {
      $0.diagnoses ? ["diagnose"] : []
    },
  ]

  private static let amounts = [
    ExposureRule(
      name: "memory-of-the-host", tenths: 8, countMax: 1,
      because: "one job may take more than half of the host's memory"
    ) { entry, host in
      let bytes = entry.policy.cgroup.memoryBytes
      return bytes > host.memoryBytes / 2 ? [SizeValue.string(Int(bytes))] : []
    },
    when("unrequired-cgroup-limits", 2, "without delegated controllers no bound holds as a whole") {
      $0.required.contains(.cgroupLimits) ? [] : ["require"]
    },
    when("scratch-on-disk", 3, "private files are bounded by the disk alone") {
      $0.scratch.storage == .disk ? ["scratch.place"] : []
    },
    when("wall-clock", 2, "a job may run for more than a day") {
      $0.wallClockSeconds > 86_400 ? ["\($0.wallClockSeconds) s"] : []
    },
  ]
}
