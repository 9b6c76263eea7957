internal import CLaunch
internal import CLinux
internal import SandboxBase
internal import SystemBase

/// Lays a `sandbox_plan` out in memory and clones the sandbox init. No other code builds that plan.
///
/// SAFETY: all pointers of the plan lead into arrays that closures keep in place until
/// `sandbox_clone` returns; the sandbox init reads its own copy of them (clone3(2) without
/// CLONE_VM).
struct SandboxClone {
  let spec: SandboxSpec
  let rules: [RootTemplate.Rule]
  /// Uid and gid of the sandbox init; nil where it keeps those of the factory.
  let initID: UInt32?
  /// The sandbox init's filter.
  let filter: [UInt8]
  /// The end of the report channel that the sandbox init sends on.
  let report: CInt
  /// The end of the report channel that the factory keeps.
  let factoryEnd: CInt

  /// Host name in every UTS namespace.
  private static let hostName = "job"

  /// A sandbox init that was cloned.
  struct InitProcess: ~Copyable {
    /// Its process id in the factory's PID namespace.
    let process: Int32
    /// A pidfd of it.
    let handle: Descriptor
  }

  /// Clones the sandbox init; its report arrives on the channel.
  ///
  /// - Throws: `SystemCallFailure` of clone3(2).
  func run() throws(SystemCallFailure) -> InitProcess {
    var block: [UInt8] = []
    var starts: [Int] = []
    let options = "size=\(spec.scratchBytes),nr_inodes=\(spec.scratchInodes),mode=0755"
    for text in [Self.hostName, options] + rules.map(\.path) {
      starts.append(block.count)
      block.append(contentsOf: text.utf8)
      block.append(0)
    }
    var pidfd: Int32 = -1
    let process = unsafe block.withUnsafeBytes { bytes in
      let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      let paths = unsafe starts.map { unsafe base + $0 }
      return unsafe start(
        hostName: paths[0], options: paths[1], paths: Array(paths.dropFirst(2)), pidfd: &pidfd)
    }
    try checked("clone3", "cell", process)
    return InitProcess(process: process, handle: Descriptor(adopting: pidfd))
  }

  private func start(
    hostName: UnsafePointer<CChar>, options: UnsafePointer<CChar>, paths: [UnsafePointer<CChar>],
    pidfd: inout Int32
  ) -> Int32 {
    let pathRules = unsafe zip(rules, paths).map { rule, path in
      unsafe sandbox_path_rule(path: path, access: rule.access)
    }
    let portRules = spec.ports.map {
      sandbox_port_rule(port: UInt64($0.number), access: $0.access)
    }
    var namespaces = spec.namespaces
    if spec.network == .own || spec.network == .loopback { namespaces |= SANDBOX_NETWORK.rawValue }
    return unsafe pathRules.withUnsafeBufferPointer { pathRules in
      unsafe portRules.withUnsafeBufferPointer { portRules in
        unsafe filter.withUnsafeBytes { filter in
          var plan = unsafe sandbox_plan(
            namespaces: namespaces, has_loopback: spec.network == .loopback ? 1 : 0,
            forbids_memory_files: spec.forbidsMemoryFiles ? 1 : 0,
            forbids_programs: spec.forbidsNewCode ? 1 : 0,
            has_account_files: spec.hasAccountFiles ? 1 : 0, init_uid: initID ?? 0,
            init_gid: initID ?? 0, keeps_ids: initID == nil ? 1 : 0,
            scratch_options: spec.hasTree ? options : nil, host_name: hostName,
            handled_files: spec.handledFiles, handled_ports: spec.handledPorts,
            scoped: spec.scoped, path_rule_count: UInt32(pathRules.count),
            port_rule_count: UInt32(portRules.count), path_rules: pathRules.baseAddress,
            port_rules: portRules.baseAddress,
            filter_length: UInt32(filter.count / BPFInstruction.byteCount),
            filter: filter.baseAddress!, report_fd: report, factory_fd: factoryEnd)
          return unsafe sandbox_clone(&plan, &pidfd)
        }
      }
    }
  }
}
