internal import CLinux

/// The limits of this very process.
package enum ProcessLimits {
  /// As many descriptors as the hard limit allows: each job and each connection holds some.
  ///
  /// - Throws: `SystemCallFailure` of getrlimit(2) or setrlimit(2); the limit is unchanged then.
  package static func raiseOpenFiles() throws(SystemCallFailure) {
    let hard = try hard(.openFiles)
    let answer = linux_setrlimit(ResourceLimit.Resource.openFiles.rawValue, hard, hard)
    try checked("setrlimit", answer)
  }

  /// The hard limit, `UInt64.max` for none.
  ///
  /// - Throws: `SystemCallFailure` of getrlimit(2).
  package static func hard(_ resource: ResourceLimit.Resource) throws(SystemCallFailure) -> UInt64 {
    // SAFETY: getrlimit(2) writes two numbers, which are local variables.
    var soft: UInt64 = 0
    var hard: UInt64 = 0
    let answer = unsafe linux_getrlimit(resource.rawValue, &soft, &hard)
    try checked("getrlimit", answer)
    return hard
  }
}

extension ResourceLimits {
  /// Lowers what is above this process's own hard limits and was not asked for but by default.
  /// What was asked for stays: the launcher refuses it with words.
  ///
  /// - Parameter standard: what each limit is by default.
  /// - Returns: a sentence for each limit that was lowered.
  /// - Throws: `SystemCallFailure` of capget(2) or getrlimit(2).
  package mutating func lowerDefaultsToHost(
    _ standard: ResourceLimits = ResourceLimits()
  ) throws(SystemCallFailure) -> [String] {
    guard try !Capability.isEffective(.raiseLimits) else { return [] }
    var notes: [String] = []
    let fields: [(WritableKeyPath<ResourceLimits, UInt64>, ResourceLimit.Resource)] = [
      (\.fileBytes, .fileBytes), (\.openFiles, .openFiles), (\.processes, .processes),
      (\.dataBytes, .dataBytes), (\.stackBytes, .stackBytes), (\.lockedBytes, .lockedBytes),
    ]
    for (field, resource) in fields where self[keyPath: field] == standard[keyPath: field] {
      let hard = try ProcessLimits.hard(resource)
      guard hard < self[keyPath: field] else { continue }
      self[keyPath: field] = hard
      notes.append("the limit \(resource) is \(hard), as this process may not have more")
    }
    let hardCPU = try ProcessLimits.hard(.cpuSeconds)
    if cpuSeconds == standard.cpuSeconds, hardCPU < cpuSeconds {
      cpuSeconds = max(hardCPU, Self.cpuGraceSeconds + 1) - Self.cpuGraceSeconds
      notes.append("the limit cpuSeconds is \(cpuSeconds), as this process may not have more")
    }
    return notes
  }
}
