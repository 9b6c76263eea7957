internal import CLaunch
internal import CLinux
internal import SandboxBase
internal import SystemBase

/// Lays a `sandbox_plan` out in memory and clones the sandbox init. No other code builds that plan.
///
/// SAFETY: all pointers of the plan lead into arrays that closures keep in place until
/// `sandbox_clone` returns, which copies what they lead to; the sandbox init has its own copy of
/// that (clone3(2) without CLONE_VM).
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
    var text: [UInt8] = []
    let options = "size=\(spec.scratchBytes),nr_inodes=\(spec.scratchInodes),mode=0755"
    Self.append(Self.hostName, to: &text)
    Self.append(options, to: &text)
    let pathRules = rules.map { rule in
      let start = text.count
      Self.append(rule.path, to: &text)
      return sandbox_path_rule(path: UInt64(start), access: rule.access)
    }
    var pidfd: Int32 = -1
    let process = start(text: text, pathRules: pathRules, pidfd: &pidfd)
    try checked("clone3", "cell", process)
    return InitProcess(process: process, handle: Descriptor(adopting: pidfd))
  }

  private static func append(_ string: String, to text: inout [UInt8]) {
    text.append(contentsOf: string.utf8)
    text.append(0)
  }

  private func start(
    text: [UInt8], pathRules: [sandbox_path_rule], pidfd: inout Int32
  ) -> Int32 {
    let portRules = spec.ports.map {
      sandbox_port_rule(port: UInt64($0.number), access: $0.access)
    }
    var namespaces = spec.namespaces
    if spec.network == .own || spec.network == .loopback { namespaces |= SANDBOX_NETWORK.rawValue }
    return unsafe pathRules.withUnsafeBufferPointer { pathRules in
      unsafe portRules.withUnsafeBufferPointer { portRules in
        unsafe withTextAndFilter(text) { text, filter in
          var plan = unsafe sandbox_plan(
            namespaces: namespaces, has_loopback: spec.network == .loopback ? 1 : 0,
            forbids_memory_files: spec.forbidsMemoryFiles ? 1 : 0,
            forbids_programs: spec.forbidsNewCode ? 1 : 0,
            has_account_files: spec.hasAccountFiles ? 1 : 0, init_uid: initID ?? 0,
            init_gid: initID ?? 0, keeps_ids: initID == nil ? 1 : 0,
            has_scratch: spec.hasTree ? 1 : 0, text_length: UInt32(text.count),
            host_name_length: UInt32(Self.hostName.utf8.count),
            text: text.baseAddress!.assumingMemoryBound(to: CChar.self),
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

  private func withTextAndFilter(
    _ text: [UInt8],
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Int32
  ) -> Int32 {
    unsafe text.withUnsafeBytes { text in
      unsafe filter.withUnsafeBytes { unsafe body(text, $0) }
    }
  }
}
