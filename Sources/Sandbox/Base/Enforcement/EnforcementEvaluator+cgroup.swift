extension EnforcementEvaluator {
  private static let remedy =
    "mount cgroup v2, and let the service own and write its cgroup (Delegate=yes of systemd; in a "
    + "container --cgroupns=private and --security-opt unmask=ALL of podman)"

  var cgroup: Outcome {
    guard let missing = features.cgroup.missing else { return .enforced() }
    if !lacks(.pidNamespace, .pid) {
      return .standIn(
        "\(missing); the end of its PID namespace ends all of a job", remedy: Self.remedy)
    }
    if mode == .root, policy.account == nil {
      return .standIn("\(missing); what a job leaves is ended by its uid", remedy: Self.remedy)
    }
    return .missing(
      "\(missing); without a PID namespace and a uid for each job nothing can end all of it",
      remedy: "\(Self.remedy), or do not drop pid-namespace", isFatal: true)
  }

  /// Controllers that the policy's limits are made of.
  private var wanted: [String] {
    var names = ["memory", "pids"]
    let limits = policy.cgroup
    if limits.cpuPercent != nil || limits.cpuWeight != CgroupLimits().cpuWeight {
      names.append("cpu")
    }
    if limits.ioWeight != nil || !limits.devices.isEmpty { names.append("io") }
    return names
  }

  /// What holds without controllers.
  private static let standIns =
    "memory of a job is looked at ten times a second, other limits hold for each process"

  var cgroupLimits: Outcome {
    if let missing = features.cgroup.missing {
      return .standIn("\(missing); \(Self.standIns)", remedy: Self.remedy)
    }
    let absent = wanted.filter { !features.cgroup.controllers.contains($0) }
    guard !absent.isEmpty else {
      if policy.cgroup.ioWeight != nil, !features.cgroup.hasIOWeight {
        return .standIn(
          "\(wanted.joined(separator: ", ")); this kernel has no weights for disks",
          remedy: "use a kernel with CONFIG_BLK_CGROUP_IOCOST, or bound the disk by io")
      }
      return .enforced(wanted.joined(separator: ", "))
    }
    let held = wanted.filter(features.cgroup.controllers.contains)
    var words =
      held.isEmpty
      ? "no controllers are delegated; \(Self.standIns)"
      : "\(held.joined(separator: ", ")); without \(absent.joined(separator: ", "))"
    if !held.isEmpty, absent.contains("memory") {
      words += "; memory is looked at ten times a second"
    }
    if !held.isEmpty, absent.contains("pids") { words += "; processes are bounded by uid" }
    let unbounded = absent.filter { $0 == "cpu" || $0 == "io" }
    if !unbounded.isEmpty {
      words += "; nothing stands in for \(unbounded.joined(separator: ", "))"
    }
    return .standIn(words, remedy: features.cgroup.remedy)
  }
}
