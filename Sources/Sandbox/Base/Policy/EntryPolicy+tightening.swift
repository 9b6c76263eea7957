extension EntryPolicy {
  /// The least that a program of the C library starts with.
  private static let memoryBytesMin: UInt64 = 4 << 20

  /// The policy for one request of this entry: never looser than this one.
  ///
  /// - Throws: `TighteningRefusal` for what is looser than the policy, below what a program can
  ///   start with, or a variable that requests may not set. Nothing is clipped in silence.
  package func tightened(
    by request: LaunchTightening
  ) throws(TighteningRefusal) -> EntryPolicy {
    guard !request.isEmpty else { return self }
    var policy = self
    for resource in ResourceLimit.Resource.allCases {
      guard let value = request.limits[resource] else { continue }
      guard let row = TightenableLimit.table[resource] else {
        throw TighteningRefusal(
          field: "limits.\(resource)", why: "this limit is not a request's to set")
      }
      policy.limits[keyPath: row.path] = try Self.lowered(
        limits[keyPath: row.path], to: value, least: row.least, field: row.field)
    }
    if let bytes = request.memoryBytes {
      policy.cgroup.memoryBytes = try Self.lowered(
        cgroup.memoryBytes, to: bytes, least: Self.memoryBytesMin, field: "memory")
    }
    if let count = request.processes {
      policy.cgroup.processes = try Self.lowered(
        cgroup.processes, to: count, least: 1, field: "processes")
      // Where there is no cgroup, this is what holds.
      policy.limits.processes = min(policy.limits.processes, count)
    }
    if let seconds = request.wallClockSeconds {
      policy.wallClockSeconds = UInt32(
        try Self.lowered(
          UInt64(wallClockSeconds), to: UInt64(seconds), least: 1, field: "wallClock"))
    }
    policy.environment.fixed += try variables(request.environment)
    return policy
  }

  private static func lowered(
    _ current: UInt64, to wanted: UInt64, least: UInt64, field: String
  ) throws(TighteningRefusal) -> UInt64 {
    guard wanted <= current else {
      throw TighteningRefusal(
        field: field, why: "\(wanted) is looser than the entry's policy, which is \(current)")
    }
    // What policy itself set lower may stay as it is.
    guard wanted >= min(least, current) else {
      throw TighteningRefusal(field: field, why: "\(wanted) is too little; at least \(least)")
    }
    return wanted
  }

  private func variables(
    _ asked: [EnvironmentRule.Variable]
  ) throws(TighteningRefusal) -> [EnvironmentRule.Variable] {
    let room = EnvironmentRule.countMax - environment.fixed.count
    guard asked.count <= max(room, 0) else {
      throw TighteningRefusal(
        field: "environment", why: "\(asked.count) variables are too many; \(max(room, 0)) fit")
    }
    var seen = Set(environment.fixed.map(\.name))
    for variable in asked {
      let name = EnvironmentRule.isName(variable.name) ? variable.name : "?"
      let refusal = { (why: String) in
        TighteningRefusal(field: "environment.\(name)", why: why)
      }
      guard name != "?" else {
        throw refusal("a name has letters, digits and underscores, and no digit first")
      }
      guard !EnvironmentRule.isDangerous(name) else {
        throw refusal("it changes what a program loads or runs; no request may set it")
      }
      guard environment.allowed.contains(name) else {
        throw refusal("the entry does not let requests set it")
      }
      guard seen.insert(name).inserted else { throw refusal("it is set already") }
      guard !variable.value.utf8.contains(0) else { throw refusal("its value contains a NUL") }
      guard variable.value.utf8.count <= EnvironmentRule.valueBytesMax else {
        throw refusal("its value is longer than \(EnvironmentRule.valueBytesMax) bytes")
      }
    }
    return asked
  }
}
