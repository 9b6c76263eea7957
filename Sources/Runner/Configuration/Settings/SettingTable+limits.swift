internal import SandboxBase

extension SettingTable {
  /// setrlimit(2), for each process of a job.
  static let limits: [Setting] = [
    .entry(
      "limits.cpu", .seconds(NumberValue.longSeconds), defaultDescription: "unlimited",
      "CPU time of each process, all its threads together", example: "600",
      flag: Setting.Flag("limit-cpu", "SECONDS", .limits)
    ) { $0.policy.limits.cpuSeconds = $1.bytes },
    .entry(
      "limits.fileSize", .size(1 << 10...1 << 50), defaultValue: #""1024G""#,
      "Largest file that it may write", example: #""2G""#,
      flag: Setting.Flag("limit-file-size", "SIZE", .limits)
    ) { $0.policy.limits.fileBytes = $1.bytes },
    .entry(
      "limits.openFiles", .count(16...1_048_576), defaultValue: "4096",
      "Open files of each process", example: "256",
      flag: Setting.Flag("limit-open-files", "COUNT", .limits)
    ) { $0.policy.limits.openFiles = $1.bytes },
    .entry(
      "limits.processes", .count(1...4_194_304),
      defaultDescription: "32 for each processor, at least 256", "Processes and threads",
      example: "64", flag: Setting.Flag("limit-processes", "COUNT", .limits)
    ) { (settings, value) in
      settings.policy.limits.processes = value.bytes
      settings.policy.cgroup.processes = value.bytes
    },
    .entry(
      "limits.data", .size(1 << 20...1 << 50), defaultDescription: "unlimited",
      "Private address space of each process, used or not; `memory` bounds what is used",
      example: #""1G""#,
      flag: Setting.Flag("limit-data", "SIZE", .limits)
    ) { $0.policy.limits.dataBytes = $1.bytes },
    .entry(
      "limits.stack", .size(128 << 10...1 << 40), defaultValue: #""8M""#, "Stack of each process",
      example: #""16M""#, flag: Setting.Flag("limit-stack", "SIZE", .limits)
    ) { $0.policy.limits.stackBytes = $1.bytes },
    .entry(
      "limits.lockedMemory", .size(0...1 << 50), defaultValue: #""8M""#,
      "Memory that each process may lock", example: #""64K""#,
      flag: Setting.Flag("limit-locked-memory", "SIZE", .limits)
    ) { $0.policy.limits.lockedBytes = $1.bytes },
  ]

  /// cgroup v2, for a job as a whole, where the controllers are delegated.
  static let cgroup: [Setting] = [
    .entry(
      "memory", .size(4 << 20...1 << 50), defaultValue: #""4G""#,
      "All memory of a job, its private folders included", example: #""2G""#,
      flag: Setting.Flag("memory", "SIZE", .limits)
    ) { $0.policy.cgroup.memoryBytes = $1.bytes },
    .entry(
      "swap", .size(0...1 << 50), defaultValue: "0", "Swap beside it; asks for `memory`",
      example: #""1G""#
    ) { $0.policy.cgroup.swapBytes = $1.bytes },
    .entry(
      "cpus", .hundredths(1...409_600), defaultDescription: "no bound",
      "Processors' worth of time that a job may use", example: "1.5",
      flag: Setting.Flag("cpus", "NUMBER", .limits)
    ) { $0.policy.cgroup.cpuPercent = UInt32($1.number) },
    .entry(
      "cpuWeight", .count(1...10_000), defaultValue: "100",
      "Share of the processors where jobs compete", example: "50"
    ) { $0.policy.cgroup.cpuWeight = UInt32($1.number) },
    .entry(
      "ioWeight", .count(1...10_000), defaultDescription: "left alone",
      "Share of the disks where jobs compete",
      example: "50"
    ) { $0.policy.cgroup.ioWeight = UInt32($1.number) },
    .entry(
      "io", .inputOutput, "Bounds on block devices, a second",
      example: #"[{device: "8:0", readBytes: "50M", writeBytes: "20M"}]"#
    ) { $0.policy.cgroup.devices = $1.devices },
  ]
}
