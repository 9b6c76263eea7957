internal import CLaunch
internal import CLinux

/// Lays a launch out in memory and makes the call. The only place that builds a `launch_plan`.
struct LaunchCall {
  /// What is the same for every launch of a sealed policy.
  struct Fixed {
    let limits: [launch_limit]
    let filter: [UInt8]
    let filterLength: UInt32
    let lastCapability: UInt32
    let parentProcess: Int32

    init(policy: LaunchPolicy) throws(SystemCallFailure) {
      self.limits = policy.limits.map {
        launch_limit(resource: $0.resource.rawValue, padding: 0, soft: $0.soft, hard: $0.hard)
      }
      self.filter = policy.filter.flatMap(\.bytes)
      self.filterLength = UInt32(policy.filter.count)
      self.lastCapability = try Capability.last()
      self.parentProcess = linux_process_id()
    }
  }

  let fixed: Fixed
  let executable: CInt
  let scriptPath: String?
  let stdio: [CInt]
  let workFolder: CInt
  let cgroup: CInt
  let uid: UInt32
  let gid: UInt32
  let name: String
  let arguments: ArgumentList
  let environment: [String]

  /// - Returns: the process id of the running program.
  /// - Throws: `LaunchFault`; no child is left then.
  func run() throws(LaunchFault) -> Int32 {
    let result = perform()
    guard result.step != 0 else { return result.pid }
    guard let step = LaunchStep(rawValue: result.step) else {
      preconditionFailure("launch_child.c has a step \(result.step) that LaunchStep lacks")
    }
    throw LaunchFault(step, code: result.code, index: result.index)
  }

  /// All strings stand in one block; pointers into it are taken once it does not move any more.
  private func perform() -> launch_result {
    var block: [UInt8] = []
    var starts: [Int] = []
    for text in [name] {
      starts.append(block.count)
      block.append(contentsOf: text.utf8)
      block.append(0)
    }
    var start = block.count
    block.append(contentsOf: arguments.block)
    while starts.count < arguments.count + 1 {
      starts.append(start)
      while block[start] != 0 { start += 1 }
      start += 1
    }
    let argumentCount = starts.count
    for text in environment + [scriptPath ?? ""] {
      starts.append(block.count)
      block.append(contentsOf: text.utf8)
      block.append(0)
    }
    return unsafe block.withUnsafeBytes { bytes in
      unsafe call(
        bytes.baseAddress!.assumingMemoryBound(to: CChar.self), starts: starts,
        argumentCount: argumentCount)
    }
  }

  private func call(
    _ base: UnsafePointer<CChar>, starts: [Int], argumentCount: Int
  ) -> launch_result {
    let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { unsafe base + $0 }
    let argumentPointers = unsafe Array(pointers[..<argumentCount]) + [nil]
    let environmentPointers = unsafe Array(pointers[argumentCount...].dropLast()) + [nil]
    let script = unsafe scriptPath == nil ? nil : pointers.last!
    var result = launch_result()
    unsafe argumentPointers.withUnsafeBufferPointer { argv in
      unsafe environmentPointers.withUnsafeBufferPointer { envp in
        unsafe fixed.limits.withUnsafeBufferPointer { limits in
          unsafe fixed.filter.withUnsafeBytes { filter in
            var plan = unsafe launch_plan(
              executable_fd: executable, stdio_fds: (stdio[0], stdio[1], stdio[2]),
              work_folder_fd: workFolder, cgroup_fd: cgroup, parent_pid: fixed.parentProcess,
              uid: uid, gid: gid, last_capability: fixed.lastCapability,
              limit_count: UInt32(limits.count), filter_length: fixed.filterLength,
              limits: limits.baseAddress!, filter: filter.baseAddress!, script_path: script,
              arguments: argv.baseAddress!, environment: envp.baseAddress!)
            unsafe launch(&plan, &result)
          }
        }
      }
    }
    return result
  }
}
