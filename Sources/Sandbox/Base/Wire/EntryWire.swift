/// An entry's policy as bytes, and back. Both directions stand side by side, so that a field cannot
/// be in one of them only.
package enum EntryWire {
  /// Paths in one list.
  static let pathsMax = 1024
  static let pathBytesMax = 4096
  /// Bytes of the name of a system call or of a group of them.
  private static let callBytesMax = 64
  private static let textBytesMax = 16 << 10

  /// Adds an entry to a message.
  package static func write(_ entry: CompiledEntry, to writer: inout WireWriter) {
    let policy = entry.policy
    writer.string(policy.path)
    writer.string(policy.profile.rawValue)
    writeCalls(policy.calls, to: &writer)
    writer.u32(policy.wallClockSeconds)
    writer.u32(policy.graceMilliseconds)
    writer.u32(policy.stopSignal.rawValue)
    writer.u32(policy.niceness)
    writer.u32(policy.diagnoses ? 1 : 0)
    writer.u32(policy.account?.uid ?? 0)
    writer.u32(policy.account?.gid ?? 0)
    writer.list(policy.groups) { writer, group in writer.u32(group) }
    writer.u32(policy.umask)
    writer.list(policy.processors) { writer, number in writer.u32(number) }
    writeLimits(policy.limits, to: &writer)
    CgroupWire.write(policy.cgroup, to: &writer)
    writer.strings(policy.readPaths)
    writer.strings(policy.programFolders)
    writer.strings(policy.writePaths)
    writer.u32(policy.requiresMounts ? 1 : 0)
    writer.strings(policy.devices)
    writer.list(policy.kernelFiles) { writer, file in file.write(to: &writer) }
    writer.list(policy.linkTargets.sorted { $0.key < $1.key }) { writer, link in
      writer.string(link.key)
      writer.string(link.value)
    }
    writeNetwork(policy.network, to: &writer)
    writer.list(policy.environment.fixed) { writer, variable in
      writer.string(variable.name)
      writer.string(variable.value)
    }
    writer.strings(policy.environment.allowed)
    writer.u32(policy.scratch.storage.rawValue)
    writer.u64(policy.scratch.bytes)
    writer.u64(policy.scratch.inodes)
    writer.strings(policy.arguments.first)
    writer.list(policy.arguments.allow) { writer, sequence in writer.strings(sequence) }
    writer.strings(policy.arguments.deny)
    writer.u32(policy.arguments.countMax)
    writer.strings(policy.arguments.progress)
    writer.u32(policy.results.existing.rawValue)
    writer.u32(policy.results.mode ?? .max)
    writer.u32(policy.results.group ?? .max)
    writer.strings(policy.dropped.map(\.rawValue).sorted())
    writer.strings(policy.required.map(\.rawValue).sorted())
    FilterWire.write(entry.filter, to: &writer)
    FilterWire.write(entry.notifyingFilter, to: &writer)
  }

  /// Reads an entry.
  ///
  /// - Throws: `WireError` for a field outside its range, or a message that is too short.
  package static func read(from cursor: inout WireCursor) throws(WireError) -> CompiledEntry {
    let path = try cursor.string("path", bytesMax: pathBytesMax)
    guard path.hasPrefix("/") else { throw .badValue("path") }
    var policy = EntryPolicy(path: path)
    let profile = SyscallProfile(rawValue: try cursor.string("profile", bytesMax: 64))
    guard let profile else { throw .badValue("profile") }
    policy.profile = profile
    policy.calls = try readCalls(from: &cursor)
    policy.wallClockSeconds = try cursor.u32()
    policy.graceMilliseconds = try cursor.u32()
    let stopSignal = StopSignal(rawValue: try cursor.u32())
    guard let stopSignal else { throw .badValue("signal") }
    policy.stopSignal = stopSignal
    policy.niceness = try cursor.u32()
    guard policy.wallClockSeconds > 0, policy.niceness <= 19 else { throw .badValue("time") }
    policy.diagnoses = try cursor.flag("diagnoses")
    policy.account = try readAccount(from: &cursor)
    policy.groups = try cursor.list("groups") { (cursor) throws(WireError) in try cursor.u32() }
    policy.umask = try cursor.u32()
    guard policy.groups.count <= EntryPolicy.groupsMax, !policy.groups.contains(0),
      policy.umask <= 0o777
    else { throw .badValue("groups") }
    policy.processors = try cursor.list("processors") { cursor throws(WireError) in
      try cursor.u32()
    }
    policy.limits = try readLimits(from: &cursor)
    policy.cgroup = try CgroupWire.read(from: &cursor)
    policy.readPaths = try readPaths(from: &cursor)
    policy.programFolders = try readPaths(from: &cursor)
    policy.writePaths = try readPaths(from: &cursor)
    policy.requiresMounts = try cursor.flag("requiresMounts")
    policy.devices = try readPaths(from: &cursor)
    policy.kernelFiles = try KernelFile.list(from: &cursor)
    policy.linkTargets = try readLinks(from: &cursor)
    policy.network = try readNetwork(from: &cursor)
    policy.environment.fixed = try cursor.list("environment") { cursor throws(WireError) in
      EnvironmentRule.Variable(
        name: try cursor.string("name", bytesMax: 128),
        value: try cursor.string("value", bytesMax: EnvironmentRule.valueBytesMax))
    }
    policy.environment.allowed = try cursor.strings("allowed", bytesMax: 128)
    policy.scratch = try readScratch(from: &cursor)
    policy.arguments.first = try cursor.strings("first", bytesMax: textBytesMax)
    policy.arguments.allow = try cursor.list("allow") { cursor throws(WireError) in
      try cursor.strings("sequence", bytesMax: textBytesMax)
    }
    policy.arguments.deny = try cursor.strings("deny", bytesMax: textBytesMax)
    policy.arguments.countMax = try cursor.u32()
    policy.arguments.progress = try cursor.strings("progress", bytesMax: textBytesMax)
    policy.results = try readResults(from: &cursor)
    policy.dropped = try readLayers(from: &cursor)
    policy.required = try readLayers(from: &cursor)
    guard policy.dropped.allSatisfy(\.isDroppable) else { throw .badValue("dropped") }
    let filter = try FilterWire.read(from: &cursor)
    let notifying = try FilterWire.read(from: &cursor)
    guard !filter.isEmpty, policy.diagnoses == !notifying.isEmpty else { throw .badValue("filter") }
    return CompiledEntry(policy: policy, filter: filter, notifyingFilter: notifying)
  }

  private static func writeCalls(_ calls: SyscallOverrides, to writer: inout WireWriter) {
    writer.u32(calls.only == nil ? 0 : 1)
    writer.strings(calls.only ?? [])
    writer.strings(calls.deny)
    writer.strings(calls.groups.map(\.rawValue))
  }

  private static func readCalls(
    from cursor: inout WireCursor
  ) throws(WireError) -> SyscallOverrides {
    var calls = SyscallOverrides()
    let hasOnly = try cursor.flag("hasOnly")
    let only = try cursor.strings("only", bytesMax: callBytesMax)
    calls.only = hasOnly ? only : nil
    calls.deny = try cursor.strings("deny", bytesMax: callBytesMax)
    for name in try cursor.strings("group", bytesMax: callBytesMax) {
      guard let group = SyscallGroup(rawValue: name) else { throw .badValue("group") }
      calls.groups.append(group)
    }
    return calls
  }

  private static func readLinks(
    from cursor: inout WireCursor
  ) throws(WireError) -> [String: String] {
    let links = try cursor.list("links") { cursor throws(WireError) in
      (
        path: try cursor.string("link", bytesMax: pathBytesMax),
        target: try cursor.string("target", bytesMax: pathBytesMax)
      )
    }
    guard links.allSatisfy({ $0.path.hasPrefix("/") && $0.target.hasPrefix("/") }) else {
      throw .badValue("links")
    }
    return Dictionary(links.map { ($0.path, $0.target) }) { first, _ in first }
  }

  private static func readAccount(
    from cursor: inout WireCursor
  ) throws(WireError) -> FixedIdentity? {
    let uid = try cursor.u32()
    let gid = try cursor.u32()
    let account = FixedIdentity(uid: uid, gid: gid)
    guard account != nil || (uid == 0 && gid == 0) else { throw .badValue("account") }
    return account
  }

  private static func readPaths(from cursor: inout WireCursor) throws(WireError) -> [String] {
    let paths = try cursor.strings("path", bytesMax: pathBytesMax)
    guard paths.count <= pathsMax, paths.allSatisfy({ $0.hasPrefix("/") }) else {
      throw .badValue("path")
    }
    return paths
  }

  private static func readScratch(
    from cursor: inout WireCursor
  ) throws(WireError) -> ScratchLimits {
    var scratch = ScratchLimits()
    let storage = ScratchLimits.Storage(rawValue: try cursor.u32())
    scratch.bytes = try cursor.u64()
    scratch.inodes = try cursor.u64()
    guard let storage, ScratchLimits.bytesRange.contains(scratch.bytes),
      ScratchLimits.inodesRange.contains(scratch.inodes)
    else { throw .badValue("scratch") }
    scratch.storage = storage
    return scratch
  }

  private static func readResults(from cursor: inout WireCursor) throws(WireError) -> ResultRules {
    var results = ResultRules()
    let existing = ResultRules.ExistingRule(rawValue: try cursor.u32())
    let (mode, group) = (try cursor.u32(), try cursor.u32())
    guard let existing, mode == .max || mode <= 0o777, group != 0 else {
      throw .badValue("results")
    }
    results.existing = existing
    results.mode = mode == .max ? nil : mode
    results.group = group == .max ? nil : group
    return results
  }

  private static func readLayers(from cursor: inout WireCursor) throws(WireError) -> Set<Layer> {
    var layers: Set<Layer> = []
    for name in try cursor.strings("layer", bytesMax: 64) {
      guard let layer = Layer(rawValue: name) else { throw .badValue("layer") }
      layers.insert(layer)
    }
    return layers
  }

  private static func writeNetwork(_ network: NetworkGrant, to writer: inout WireWriter) {
    let (code, connect, bind): (UInt32, [UInt16], [UInt16]) =
      switch network {
      case .none: (0, [], [])
      case .loopback: (1, [], [])
      case .all: (2, [], [])
      case .tcp(let connect, let bind): (3, connect, bind)
      }
    writer.u32(code)
    writer.list(connect) { writer, port in writer.u32(UInt32(port)) }
    writer.list(bind) { writer, port in writer.u32(UInt32(port)) }
  }

  private static func readNetwork(
    from cursor: inout WireCursor
  ) throws(WireError) -> NetworkGrant {
    let code = try cursor.u32()
    let port = { (cursor: inout WireCursor) throws(WireError) in
      guard let port = UInt16(exactly: try cursor.u32()) else { throw .badValue("port") }
      return port
    }
    let connect = try cursor.list("connect", port)
    let bind = try cursor.list("bind", port)
    switch code {
    case 0: return .none
    case 1: return .loopback
    case 2: return .all
    case 3: return .tcp(connect: connect, bind: bind)
    default: throw .badValue("network")
    }
  }

  private static func writeLimits(_ limits: ResourceLimits, to writer: inout WireWriter) {
    for value in [
      limits.cpuSeconds, limits.fileBytes, limits.openFiles, limits.processes, limits.dataBytes,
      limits.stackBytes, limits.lockedBytes,
    ] { writer.u64(value) }
  }

  private static func readLimits(from cursor: inout WireCursor) throws(WireError) -> ResourceLimits
  {
    var limits = ResourceLimits()
    limits.cpuSeconds = try cursor.u64()
    limits.fileBytes = try cursor.u64()
    limits.openFiles = try cursor.u64()
    limits.processes = try cursor.u64()
    limits.dataBytes = try cursor.u64()
    limits.stackBytes = try cursor.u64()
    limits.lockedBytes = try cursor.u64()
    return limits
  }
}
