internal import RunnerCore
internal import RunnerProgress
internal import SandboxBase

/// Checks across the settings of one entry: contradictions, and bounds of the host.
struct EntryRules {
  let settings: EntrySettings
  let service: ServiceSettings
  let host: HostInfo
  let positions: SettingPositions
  var problems: ProblemList
  /// Time zone of the windows, which `check()` finds; nil where there are none.
  var zone: TimeZoneRules?

  var policy: EntryPolicy { settings.policy }

  mutating func check() {
    checkPaths()
    checkGroups()
    checkNetwork()
    checkLayers()
    checkCalls()
    checkEnvironment()
    checkMemory()
    checkProcessors()
    checkBounds()
    checkOrder()
    checkArguments()
    checkFiles()
    checkResults()
    checkCommands()
    checkHooks()
  }

  /// Programs start threads by the processors that they count: x264 one and a half for each, a
  /// pool of x265 or of Java one, SVT-AV1 several. A fork bomb has no more of each processor on a
  /// large machine than on a small one.
  private var processesDefault: UInt64 {
    max(CgroupLimits().processes, 32 * UInt64(host.processorCount))
  }

  /// What the entry has where it sets no limits. The kernel counts the processes of a user, not of
  /// a job (RLIMIT_NPROC of getrlimit(2)): those of all jobs of an account.
  var defaultLimits: ResourceLimits {
    var limits = ResourceLimits()
    let jobs = settings.account == nil ? 1 : settings.runningMax ?? service.running
    limits.processes = processesDefault * UInt64(jobs)
    return limits
  }

  /// The policy with what follows from it.
  var effectivePolicy: EntryPolicy {
    var policy = settings.policy
    if !settings.explicitKeys.contains("limits.processes") {
      policy.cgroup.processes = processesDefault
      policy.limits.processes = defaultLimits.processes
    }
    if !settings.explicitKeys.contains("scratch.size") {
      policy.scratch.bytes = min(policy.scratch.bytes, policy.cgroup.memoryBytes)
    }
    if settings.setsSizes {
      policy.environment.fixed += SizingVariables(
        policy, boundsMemory: settings.explicitKeys.contains("memory")
      ).variables(beside: policy.environment)
    }
    if settings.buffersByLine {
      policy.environment.fixed += LineBuffering.variables(beside: policy.environment)
    }
    // The program's own words for it; those of others go to their ordinary streams.
    if settings.progress == .ffmpeg { policy.arguments.progress = ["-progress", "pipe:3"] }
    // Only these hold some ports back.
    if case .tcp = policy.network { policy.required.insert(.landlockNetwork) }
    policy.required = policy.required.filter(\.isOptional)
    return policy
  }

  mutating func refuse(_ key: String, _ text: String) {
    let found = positions.position(of: key)
    problems.add(found.position, found.key, text)
  }

  private mutating func checkGroups() {
    guard settings.groups.contains(GroupValue.ofUser), settings.account == nil else { return }
    refuse(
      "groups",
      "`\(GroupValue.ofUser)` stands for the groups of `user`, and the entry has no user. Name the "
        + "groups, or the user.")
  }

  private mutating func checkNetwork() {
    switch (policy.profile, policy.network) {
    case (.network, .none):
      refuse(
        "profile",
        "The profile network is for jobs with a network, and network is \"none\". "
          + "Grant one, or take the profile standard.")
    case (.compute, .loopback), (.compute, .all), (.compute, .tcp):
      refuse(
        "network",
        "The profile compute has no sockets. Take the profile network or standard, or "
          + "the network \"none\".")
    default: break
    }
    if policy.network == .none, policy.dropped.contains(.networkNamespace) {
      refuse(
        "without",
        "Without network-namespace jobs are in the host's network, and network is "
          + "\"none\". Keep the layer, or say network: \"all\".")
    }
    if policy.network == .loopback, policy.dropped.contains(.networkNamespace) {
      refuse("without", "A loopback of the job's own needs network-namespace. Keep the layer.")
    }
    if case .tcp = policy.network, policy.dropped.contains(.landlockNetwork) {
      refuse(
        "without",
        "Single ports are held back by landlock-network. Keep the layer, or say "
          + "network: \"all\".")
    }
  }

  private mutating func checkLayers() {
    for layer in Layer.allCases where policy.dropped.contains(layer) {
      if policy.required.contains(layer) {
        refuse("without", "\(layer.rawValue) is required as well. Take it out of one of the two.")
      }
      if !layer.isDroppable { refuse("without", "\(layer.rawValue) is never left out.") }
    }
  }

  private mutating func checkEnvironment() {
    let fixed = Set(policy.environment.fixed.map(\.name))
    if settings.buffersByLine, fixed.contains(LineBuffering.preloadName) {
      refuse(
        "lineBuffered",
        "It sets \(LineBuffering.preloadName), which environment.fixed has with another value. "
          + "Take it out of one of the two.")
    }
    for (index, name) in policy.environment.allowed.enumerated() {
      let key = "environment.allowed[\(index)]"
      if fixed.contains(name) {
        refuse(key, "\(name) is fixed as well. Take it out of one of the two.")
      }
      if EnvironmentRule.isDangerous(name) {
        refuse(
          key,
          "\(name) changes what a program loads or runs, so no request may set it. Put it "
            + "into fixed with a value of yours.")
      }
    }
  }

  private mutating func checkMemory() {
    let memory = policy.cgroup.memoryBytes
    if policy.cgroup.swapBytes > 0, !settings.explicitKeys.contains("memory") {
      refuse("swap", "Swap comes beside a bound on memory. Set memory as well.")
    }
    if settings.explicitKeys.contains("scratch.size"), policy.scratch.bytes > memory {
      refuse(
        "scratch.size",
        "The private folders count as memory, of which jobs have \(SizeValue.string(Int(memory)))."
          + " Raise memory or lower this.")
    }
    if settings.explicitKeys.contains("limits.lockedMemory"), policy.limits.lockedBytes > memory {
      refuse(
        "limits.lockedMemory",
        "Jobs have \(SizeValue.string(Int(memory))) of memory; they cannot lock more.")
    }
  }

  private mutating func checkProcessors() {
    for (index, processor) in policy.processors.enumerated()
    where Int(processor) >= host.processorCount {
      refuse(
        "processors[\(index)]",
        "This machine has \(host.processorCount) processors, counted from 0.")
    }
    if let percent = policy.cgroup.cpuPercent, !policy.processors.isEmpty,
      Int(percent) > policy.processors.count * 100
    {
      refuse("cpus", "It is more than the \(policy.processors.count) processors of processors.")
    }
  }

  private mutating func checkBounds() {
    if let running = settings.runningMax, running > service.running {
      refuse("running", "The service runs \(service.running) jobs at one time; lower this.")
    }
    if let bytes = settings.outputPerStream, bytes > service.outputPerStream {
      refuse(
        "output.perStream",
        "The service keeps \(SizeValue.string(service.outputPerStream)) of a stream; lower this.")
    }
  }
}
