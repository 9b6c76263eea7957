internal import RunnerCore
internal import RunnerProgress
internal import SandboxBase

extension SettingTable {
  private static let seconds = NumberValue.longSeconds
  private static let stalls =
    Int(JobDemands.stallAfterRange.lowerBound)...Int(JobDemands.stallAfterRange.upperBound)

  /// What the jobs of an entry are, and what stands around them.
  static let confinement: [Setting] = [
    .entry(
      "profile", .choice(SyscallProfile.allCases.map(\.rawValue)), defaultValue: #""standard""#,
      "System calls that jobs may make", example: #""compute""#,
      flag: Setting.Flag("profile", "NAME", .reach)
    ) { $0.policy.profile = SyscallProfile(rawValue: $1.text) ?? .standard },
    .entry(
      "calls.only", .texts(.systemCall, countMax: 512),
      "Of the system calls of profile and groups only these; what `trace` writes",
      example: #"["read", "write", "exit_group"]"#
    ) { $0.policy.calls.only = $1.texts },
    .entry(
      "calls.deny", .texts(.systemCall, countMax: 512),
      "System calls that fail with EPERM although the profile allows them",
      example: #"["ptrace", "unlink"]"#
    ) { $0.policy.calls.deny = $1.texts },
    .entry(
      "calls.groups", .choices(SyscallGroup.allCases.map(\.rawValue)),
      "Groups of system calls allowed beside the profile", example: #"["memory-policy"]"#
    ) { $0.policy.calls.groups = $1.texts.compactMap(SyscallGroup.init(rawValue:)) },
    .entry(
      "user", .text(.user), "Unprivileged user that jobs run as; root is refused",
      example: #""media""#, flag: Setting.Flag("user", "NAME", .jobs)
    ) { $0.account = $1.text },
    .entry(
      "groups", .texts(.group, countMax: EntryPolicy.groupsMax),
      "Groups that jobs are in beside their own; `@user` stands for those of `user`",
      example: #"["media"]"#,
      flag: Setting.Flag("groups", "NAME[,NAME]", .jobs)
    ) { $0.groups = $1.texts },
    .entry(
      "umask", .choice(["0002", "0007", "0022", "0027", "0077"]), defaultValue: #""0022""#,
      "Mask of the modes of what jobs make: with 0002 a group may write it too",
      example: #""0002""#, flag: Setting.Flag("umask", "MASK", .jobs)
    ) { $0.policy.umask = UInt32($1.text, radix: 8) ?? 0o022 },
    .entry(
      "capabilities", .texts(.capability, countMax: 64),
      "Must be empty: jobs never hold a capability", example: "[]"
    ) { _, _ in },
    .entry(
      "without", .choices(Layer.allCases.filter(\.isDroppable).map(\.rawValue)),
      "Layers that are left out; each is said at start and in every job",
      example: #"["uts-namespace"]"#, flag: Setting.Flag("without", "LAYER[,LAYER]", .reach)
    ) { $0.policy.dropped = Set($1.texts.compactMap(Layer.init(rawValue:))) },
    .entry(
      "require", .choices(Layer.allCases.map(\.rawValue)),
      "Layers without which the service does not start, where they are otherwise optional",
      example: #"["cgroup-limits"]"#, flag: Setting.Flag("require", "LAYER[,LAYER]", .reach)
    ) { (settings, value) in
      settings.policy.required = Set(value.texts.compactMap(Layer.init(rawValue:)))
    },
    .entry(
      "diagnose", .flag, defaultValue: "false",
      "Watch refused system calls and name them in the job; each costs a switch of processes",
      example: "true", flag: Setting.Flag("diagnose", "", .jobs)
    ) { $0.policy.diagnoses = $1.flag },
  ]

  /// What jobs may reach.
  static let reach: [Setting] = [
    .entry(
      "read", .texts(.path, countMax: 256),
      "Files and folders that jobs see beside the system's, and may read and execute",
      example: #"["/srv/media"]"#, flag: Setting.Flag("read", "PATH[,PATH]", .reach)
    ) { $0.policy.readPaths = $1.texts },
    .entry(
      "write", .texts(.path, countMax: 256),
      "Files and folders that jobs see and may write, as far as permissions let them",
      example: #"["/srv/out"]"#, flag: Setting.Flag("write", "PATH[,PATH]", .reach)
    ) { $0.policy.writePaths = $1.texts },
    .entry(
      "requireMount", .flag, defaultValue: "false",
      "A job fails where a path of `read` or `write` is on the root file system, not on a mount",
      example: "true", flag: Setting.Flag("require-mount", "", .reach)
    ) { $0.policy.requiresMounts = $1.flag },
    .entry(
      "devices", .texts(.device, countMax: 32), "Devices that jobs may open",
      example: #"["/dev/dri/renderD128"]"#, flag: Setting.Flag("device", "PATH[,PATH]", .reach)
    ) { $0.policy.devices = $1.texts },
    .entry(
      "gpu", .choice(GPUKind.allCases.map(\.rawValue)),
      "Graphics hardware that jobs may use: its devices, and what its libraries read of /sys",
      example: #""vaapi""#, flag: Setting.Flag("gpu", "NAME", .reach)
    ) { $0.gpu = GPUKind(rawValue: $1.text) },
    .entry(
      "network", .network, defaultValue: #""none""#,
      "Nothing, a loopback of the job's own, the host's network, or of that only these TCP ports",
      example: #""loopback""#, flag: Setting.Flag("network", "NAME", .reach)
    ) { $0.policy.network = $1.network },
    .entry(
      "environment.fixed", .variables, "Variables that every job has",
      example: #"{OMP_NUM_THREADS: "2"}"#
    ) { $0.policy.environment.fixed = $1.variables },
    .entry(
      "environment.allowed", .texts(.variableName, countMax: EnvironmentRule.countMax),
      "Variables that a request may set", example: #"["LANG", "TZ"]"#
    ) { $0.policy.environment.allowed = $1.texts },
    .entry(
      "scratch.place", .choice(["memory", "disk"]), defaultValue: #""memory""#,
      "Where the private working folder is; /tmp and /dev/shm are in memory always",
      example: #""disk""#
    ) { $0.policy.scratch.storage = $1.text == "disk" ? .disk : .memory },
    .entry(
      "scratch.size", .size(Int(ScratchLimits.bytesRange.lowerBound)...1 << 40),
      defaultValue: #""512M""#, "All that is in the private folders; `memory`, if that is less",
      example: #""2G""#, flag: Setting.Flag("scratch-size", "SIZE", .limits)
    ) { $0.policy.scratch.bytes = $1.bytes },
    .entry(
      "scratch.inodes", .count(64...16 << 20), defaultValue: "65536",
      "Files, folders and links in them", example: "10000"
    ) { $0.policy.scratch.inodes = $1.bytes },
  ]

  /// When jobs run, and how long.
  static let scheduling: [Setting] = [
    .entry(
      "running", .count(1...4096), defaultDescription: "as many as the service",
      "Jobs of this entry at one time", example: "4"
    ) { $0.runningMax = $1.number },
    .entry(
      "restartable", .flag, defaultValue: "false",
      "Run a job again from its start that a crash of the service cut off", example: "true"
    ) { $0.isRestartable = $1.flag },
    .entry(
      "retries", .count(RetryPolicy.retriesRange), defaultValue: "0",
      "Further runs of a job that ends without success; asks for `restartable`", example: "3"
    ) { $0.retries = $1.number },
    .entry(
      "retryDelay", .seconds(RetryPolicy.delayRange), defaultValue: "30",
      "Time before the first of them; twice as much before each further one, up to a day",
      example: #""2m""#
    ) { $0.retryDelaySeconds = $1.number },
    .entry(
      "pool", .text(.poolName), defaultDescription: "none",
      "Pool of `service.pools` whose slots its jobs take", example: #""gpu""#
    ) { $0.pool = $1.text },
    .entry(
      "windows", .texts(.window, countMax: 16), defaultDescription: "the whole day",
      "Hours in which its jobs may start; what runs then runs on",
      example: #"["22:00-06:00"]"#
    ) { (settings, value) in
      settings.windows = value.texts.map { text in
        checked { () throws(ValueError) in try WindowValue.parse(text) }
      }
    },
    .entry(
      "timeZone", .text(.timeZone), defaultDescription: "none; `windows` ask for one",
      "Time zone of `windows`, by its name in /usr/share/zoneinfo", example: #""Europe/Berlin""#
    ) { $0.timeZone = $1.text },
    .entry(
      "wallClock", .seconds(seconds), defaultValue: "3600", "Wall clock of a job",
      example: #""2h""#,
      flag: Setting.Flag("timeout", "SECONDS", .jobs)
    ) { $0.policy.wallClockSeconds = UInt32($1.number) },
    .entry(
      "stallAfter", .seconds(stalls), defaultDescription: "never",
      "End a job that did nothing for so long: no output, no progress, no processor time",
      example: #""10m""#
    ) { $0.stallAfterSeconds = $1.number },
    .entry(
      "grace", .seconds(1...3600), defaultValue: "5", "Time between TERM and KILL", example: "10",
      flag: Setting.Flag("grace", "SECONDS", .jobs)
    ) { $0.policy.graceMilliseconds = UInt32($1.number) * 1000 },
    .entry(
      "stopSignal", .choice(StopSignal.allCases.map(\.description).sorted()),
      defaultValue: #""TERM""#,
      "Signal that asks a job to end, before KILL", example: #""INT""#,
      flag: Setting.Flag("stop-signal", "NAME", .jobs)
    ) { $0.policy.stopSignal = StopSignal(name: $1.text) ?? .terminate },
    .entry(
      "nice", .count(0...19), defaultValue: "0", "Niceness, as nice(1) has it", example: "10",
      flag: Setting.Flag("nice", "COUNT", .jobs)
    ) { $0.policy.niceness = UInt32($1.number) },
    .entry(
      "processors", .counts(0...8191, countMax: 1024), "Processors that jobs may run on",
      example: "[0, 1]"
    ) { $0.policy.processors = $1.numbers.map { UInt32($0) } },
    .entry(
      "sizing", .flag, defaultValue: "false",
      "Set the variables by which runtimes size threads and heaps to processors, cpus and memory",
      example: "true"
    ) { $0.setsSizes = $1.flag },
    .entry(
      "output.perStream", .size(1 << 10...1 << 40), defaultDescription: "as much as the service",
      "Bytes kept from the start of each output stream", example: #""1M""#
    ) { $0.outputPerStream = $1.number },
    .entry(
      "output.collapse", .flag, defaultValue: "false",
      "Keep of each line its last state, where a program writes its progress over itself",
      example: "true"
    ) { $0.collapsesLines = $1.flag },
    .entry(
      "progress", .choice(ProgressKind.allCases.map(\.rawValue).sorted()),
      "Read how far a job has come from what its program prints: the program's name, `percent` for "
        + "the last percentage of any line, `json`, or `descriptor` for lines on descriptor 3",
      example: #""ffmpeg""#
    ) { $0.progress = ProgressKind(rawValue: $1.text) },
    .entry(
      "files.in", .size(0...1 << 44), defaultValue: "0",
      "Bytes of all files together that a job takes before it starts, by PUT /<id>/files/NAME",
      example: #""8G""#
    ) { $0.filesInBytesMax = $1.number },
    .entry(
      "files.out", .texts(.filePattern, countMax: 64),
      "Names of the files in its working folder that are kept of a job whose program ended with a "
        + "code of `success.codes`; `*` stands for any text, `?` for one character",
      example: #"["*.mp4"]"#
    ) { $0.filesOut = $1.texts.compactMap(FilePattern.init) },
    .entry(
      "files.kept", .size(1...1 << 44), defaultValue: #""1G""#,
      "Bytes of all files together that are kept of a job", example: #""20G""#
    ) { $0.filesKeptBytesMax = $1.number },
    .entry(
      "lineBuffered", .flag, defaultValue: "false",
      "Have programs that use the C library's streams, and Python, write each line as it ends",
      example: "true"
    ) { $0.buffersByLine = $1.flag },
  ]

  /// What requests may say.
  static let arguments: [Setting] = [
    .entry(
      "arguments.first", .texts(.argument, countMax: 256),
      "Put before the arguments of every request", example: #"["-hide_banner", "-xerror"]"#
    ) { $0.policy.arguments.first = $1.texts },
    .entry(
      "arguments.allow", .sequences,
      "A request's arguments must be a row of these; without it any are taken",
      example: #"[["-i", "{path:read}"], "-y", "{path:write}"]"#
    ) { $0.setAllowed($1.sequences) },
    .entry(
      "arguments.deny", .patterns(countMax: ArgumentRules.rowsMax),
      "No argument of a request may look like one of these, whatever `allow` says",
      example: #"["*://*"]"#
    ) { $0.setDenied($1.patterns) },
    .entry(
      "arguments.count", .count(0...ArgumentList.countMax),
      defaultValue: "\(ArgumentList.countMax)",
      "Arguments that a request may give",
      example: "64"
    ) { $0.policy.arguments.countMax = UInt32($1.number) },
  ]
}
