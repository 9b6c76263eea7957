internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxFilter

/// An entry's policy in words.
enum ExplainText {
  static func lines(
    _ entry: ConfiguredEntry, features: KernelFeatures, mode: Enforcement.Mode
  ) throws -> [String] {
    let policy = entry.policy
    let account = entry.account
    let plan = EnforcementPlan(for: policy, on: features, mode: mode)
    let listing = try FilterListing(FilterRequest(policy, diagnoses: false))
    var lines = ["\(entry.name): \(policy.path)", ""]
    lines += section("Layers on this host", layers(plan))
    lines += section("Limits of each process", limits(policy))
    lines += section("Limits of the job", jobLimits(policy))
    lines += section("What it sees and reaches", reach(policy, account, mode))
    lines += section("Arguments", arguments(policy.arguments))
    let commands = CommandText.lines(entry)
    if !commands.isEmpty { lines += section("Commands and hooks", commands) }
    lines += section(
      "System calls: profile \(policy.profile.rawValue), \(listing.instructionCount) instructions",
      try listing.calls())
    lines += section("The filter as the kernel gets it", listing.instructions())
    return lines
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    [title] + lines.map { $0.isEmpty ? "" : "  \($0)" } + [""]
  }

  private static func layers(_ plan: EnforcementPlan) -> [String] {
    plan.enforcement.rows.map { row in
      let detail = row.detail.isEmpty ? "" : ": \(row.detail)"
      return "\(padded(row.layer.rawValue))\(row.state.name)\(detail)"
    } + plan.refusals.map { "REFUSED \($0)" }
  }

  private static func limits(_ policy: EntryPolicy) -> [String] {
    policy.limits.all.map { limit in
      let hard = limit.hard == limit.soft ? "" : ", hard \(limit.hard)"
      return "\(padded("\(limit.resource)"))\(limit.softText)\(hard)"
    }
  }

  private static func jobLimits(_ policy: EntryPolicy) -> [String] {
    var lines = [
      "\(padded("memory"))\(policy.cgroup.memoryBytes)",
      "\(padded("swap"))\(policy.cgroup.swapBytes)",
      "\(padded("processes"))\(policy.cgroup.processes)",
      "\(padded("wallClock"))\(policy.wallClockSeconds) s, then \(policy.stopSignal) and "
        + "\(policy.graceMilliseconds) ms",
      "\(padded("nice"))\(policy.niceness)",
    ]
    if let percent = policy.cgroup.cpuPercent { lines.append("\(padded("cpus"))\(percent) %") }
    if !policy.processors.isEmpty {
      lines.append(
        "\(padded("processors"))\(policy.processors.map { "\($0)" }.joined(separator: ", "))")
    }
    return lines
  }

  private static func reach(
    _ policy: EntryPolicy, _ account: String?, _ mode: Enforcement.Mode
  ) -> [String] {
    let scratch = policy.scratch
    var lines = [
      "\(padded("scratch"))\(scratch.storage), \(scratch.bytes) bytes, \(scratch.inodes) files",
      "\(padded("network"))\(policy.network)",
      "\(padded("user"))\(user(policy, account, mode))",
      "\(padded("umask"))\(HostCheck.octal(policy.umask))",
    ]
    for (name, values) in [
      ("groups", policy.groups.map { "\($0)" }),
      ("the program's own", policy.programFolders),
      ("read", shown(policy.readPaths, policy)), ("write", shown(policy.writePaths, policy)),
      ("devices", shown(policy.devices, policy)),
      ("of /sys", policy.kernelFiles.map(\.path)),
      ("environment", policy.environment.fixed.map { "\($0.name)=\($0.value)" }),
      ("requests may set", policy.environment.allowed),
    ] where !values.isEmpty {
      lines.append("\(padded(name))\(values.joined(separator: ", "))")
    }
    return lines
  }

  private static func user(
    _ policy: EntryPolicy, _ account: String?, _ mode: Enforcement.Mode
  ) -> String {
    if let account {
      let ids = policy.account.map { "uid \($0.uid), gid \($0.gid)" } ?? "no user of this host"
      return "\(account): \(ids)"
    }
    return mode == .sameUser ? "the one who starts the service" : "one of its own"
  }

  private static func shown(_ paths: [String], _ policy: EntryPolicy) -> [String] {
    paths.map { path in policy.linkTargets[path].map { "\(path) (leads to \($0))" } ?? path }
  }

  private static func arguments(_ rules: ArgumentRules) -> [String] {
    if rules == ArgumentRules() { return ["any"] }
    var lines: [String] = []
    if !rules.first.isEmpty {
      lines.append("\(padded("first"))\(rules.first.joined(separator: " "))")
    }
    lines += rules.allow.map { "\(padded("allow"))\($0.joined(separator: " "))" }
    lines += rules.deny.map { "\(padded("deny"))\($0)" }
    return lines
  }

  private static func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(1, 20 - name.count))
  }
}
