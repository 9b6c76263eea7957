internal import CLaunch
internal import CLinux
internal import SandboxBase

/// Lays a launch out in memory and makes the call. The only place that builds a `launch_plan`.
///
/// SAFETY: all pointers of the plan lead into arrays that closures keep in place until `launch`
/// returns: after exec or the end of the child (CLONE_VFORK). Lists of strings end with nil.
struct LaunchCall {
  /// What is the same for every launch of a sealed entry.
  struct FixedPlan {
    let limits: [launch_limit]
    let filter: [UInt8]
    let lastCapability: UInt32
    let parentProcess: Int32
    let umask: UInt32
    let groups: [UInt32]
    let niceness: UInt32
    /// A bit for each processor, or none for all.
    let processors: [UInt64]

    init(_ entry: CompiledEntry) throws(SystemCallFailure) {
      self.limits = Self.limits(of: entry.policy)
      let loaded = entry.policy.diagnoses ? entry.notifyingFilter : entry.filter
      self.filter = loaded.flatMap(\.bytes)
      self.lastCapability = Capability.last
      self.parentProcess = linux_getpid()
      self.niceness = entry.policy.niceness
      self.umask = entry.policy.umask
      self.groups = entry.policy.groups.sorted()
      var mask: [UInt64] = []
      for number in entry.policy.processors {
        let word = Int(number / 64)
        while mask.count <= word { mask.append(0) }
        mask[word] |= 1 << UInt64(number % 64)
      }
      self.processors = mask
    }

    static func limits(of policy: EntryPolicy) -> [launch_limit] {
      policy.limits.all.map {
        launch_limit(resource: $0.resource.rawValue, padding: 0, soft: $0.soft, hard: $0.hard)
      }
    }
  }

  /// Where the job's process is put. Descriptors are -1 where there is none.
  struct Placement {
    var sandbox: CInt = -1
    /// CLONE_NEW… of what is joined, the PID and user namespace apart.
    var namespaces: UInt32 = 0
    var network: CInt = -1
    var ownPIDNamespace: CInt = -1
    var ruleset: CInt = -1
    var workFolder: CInt = -1
    var workMount: CInt = -1
    var workPath = SystemTree.workPath
    var cgroup: CInt = -1
    var cgroupMount: CInt = -1
    var listener: CInt = -1
    var flags: UInt32 = 0
  }

  let fixed: FixedPlan
  let executable: CInt
  let scriptPath: String?
  /// Standard input, output and error, and a descriptor for progress where the job has one.
  let stdio: [CInt]
  let placement: Placement
  let uid: UInt32
  let gid: UInt32
  /// Limits that a request made tighter; nil for those of the entry.
  let limits: [launch_limit]?
  /// The program's name, and policy's own arguments.
  let ownArguments: [String]
  /// The request's arguments, which come after them.
  let arguments: ArgumentList
  let environment: [String]

  /// Launches the program.
  ///
  /// - Returns: the process id of the running program.
  /// - Throws: `LaunchStepFailure`; no child is left then.
  func run() throws(LaunchStepFailure) -> Int32 {
    let result = perform()
    guard result.step != 0 else { return result.pid }
    guard let step = LaunchStep(rawValue: result.step) else {
      preconditionFailure("launch_child.c has a step \(result.step) that LaunchStep lacks")
    }
    throw LaunchStepFailure(step, code: result.code, index: result.index)
  }

  /// All strings stand in one block, the request's arguments as the block that they came as.
  /// Pointers into it are taken once it does not move any more.
  private func perform() -> launch_result {
    var block: [UInt8] = []
    block.reserveCapacity(4096)
    var starts: [Int] = []
    starts.reserveCapacity(argumentCount + environment.count + 2)
    for text in ownArguments { Self.append(text, to: &block, &starts) }
    starts += arguments.slices.map { block.count + $0.startIndex }
    block += arguments.block
    for text in environment + [placement.workPath, scriptPath ?? ""] {
      Self.append(text, to: &block, &starts)
    }
    return unsafe block.withUnsafeBytes { bytes in
      unsafe call(bytes.baseAddress!.assumingMemoryBound(to: CChar.self), starts: starts)
    }
  }

  private var argumentCount: Int { ownArguments.count + arguments.count }

  private static func append(_ text: String, to block: inout [UInt8], _ starts: inout [Int]) {
    starts.append(block.count)
    block.append(contentsOf: text.utf8)
    block.append(0)
  }

  private func call(_ base: UnsafePointer<CChar>, starts: [Int]) -> launch_result {
    let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { unsafe base + $0 }
    let argumentPointers = unsafe Array(pointers[..<argumentCount]) + [nil]
    let environmentPointers = unsafe Array(pointers[argumentCount...].dropLast(2)) + [nil]
    let work = unsafe pointers[pointers.count - 2]!
    let script = unsafe scriptPath == nil ? nil : pointers.last!
    var result = launch_result()
    unsafe argumentPointers.withUnsafeBufferPointer { argv in
      unsafe environmentPointers.withUnsafeBufferPointer { envp in
        unsafe withFixed { limits, filter, processors, groups in
          var plan = unsafe launch_plan(
            executable_fd: executable,
            stdio_fds: (stdio[0], stdio[1], stdio[2], stdio.count > 3 ? stdio[3] : -1),
            work_folder_fd: placement.workFolder, work_mount_fd: placement.workMount,
            cgroup_mount_fd: placement.cgroupMount, cgroup_fd: placement.cgroup,
            sandbox_pidfd: placement.sandbox, sandbox_namespaces: placement.namespaces,
            network_fd: placement.network, own_pid_namespace_fd: placement.ownPIDNamespace,
            ruleset_fd: placement.ruleset, listener_fd: placement.listener,
            parent_pid: fixed.parentProcess, flags: placement.flags, uid: uid, gid: gid,
            umask: fixed.umask, group_count: UInt32(groups.count), niceness: fixed.niceness,
            last_capability: fixed.lastCapability,
            limit_count: UInt32(limits.count),
            filter_length: UInt32(filter.count / BPFInstruction.byteCount),
            processors_length: UInt32(processors.count), groups: groups.baseAddress,
            limits: limits.baseAddress!,
            filter: filter.baseAddress!, processors: processors.baseAddress, script_path: script,
            work_path: work, arguments: argv.baseAddress!, environment: envp.baseAddress!)
          unsafe launch(&plan, &result)
        }
      }
    }
    return result
  }

  private func withFixed(
    _ body: (
      UnsafeBufferPointer<launch_limit>, UnsafeRawBufferPointer, UnsafeRawBufferPointer,
      UnsafeBufferPointer<UInt32>
    ) -> Void
  ) {
    unsafe (limits ?? fixed.limits).withUnsafeBufferPointer { limits in
      unsafe fixed.filter.withUnsafeBytes { filter in
        unsafe fixed.processors.withUnsafeBytes { processors in
          unsafe fixed.groups.withUnsafeBufferPointer { groups in
            unsafe body(limits, filter, processors, groups)
          }
        }
      }
    }
  }
}
