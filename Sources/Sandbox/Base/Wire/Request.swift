internal import SharedBounds

/// What the API process may send to the launcher. docs/launcher-protocol.md has the layout.
package enum Request: Hashable, Sendable {
  /// The numbers on the wire.
  package enum Kind: UInt32, CaseIterable, Sendable {
    case policy = 1
    case entry = 2
    case seal = 3
    case launch = 4
    case terminate = 5
    case freeze = 6
    case thaw = 7
    case reload = 8
    case settle = 9
    case resources = 10
  }

  case policy(LaunchPolicy)
  /// One whitelist entry; their order is their number.
  case entry(CompiledEntry)
  case seal
  case launch(LaunchRequest)
  case terminate(UInt64)
  /// Stops everything of a job where it stands (cgroup.freeze); its time limit goes on.
  case freeze(UInt64)
  case thaw(UInt64)
  /// Reads the configuration again, as the policy fixed it.
  case reload
  /// Publishes or discards a result of a job.
  case settle(ResultRequest)
  /// Asks what a launch uses: processor time up to now, and memory now.
  case resources(UInt64)

  /// Bytes of one message at most: the longest arguments, as much for variables, and room for the
  /// rest.
  package static let bytesMax = 2 * ArgumentList.bytesMax + (4 << 10)
  /// Longest path or name.
  package static let pathBytesMax = 4096

  /// The message as it is sent: the kind, then its fields.
  package var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .policy(let policy):
      writer.u32(Kind.policy.rawValue)
      Self.write(policy, to: &writer)
    case .entry(let entry):
      writer.u32(Kind.entry.rawValue)
      EntryWire.write(entry, to: &writer)
    case .seal:
      writer.u32(Kind.seal.rawValue)
    case .launch(let launch):
      writer.u32(Kind.launch.rawValue)
      writer.u64(launch.launchID)
      writer.u32(launch.entry.generation)
      writer.u32(launch.entry.index)
      writer.u32(launch.hasFiles ? 1 : 0)
      writer.u32(UInt32(launch.arguments.count))
      writer.blob(launch.arguments.block)
      TighteningWire.write(launch.tightening, to: &writer)
    case .terminate(let launchID):
      writer.u32(Kind.terminate.rawValue)
      writer.u64(launchID)
    case .freeze(let launchID):
      writer.u32(Kind.freeze.rawValue)
      writer.u64(launchID)
    case .thaw(let launchID):
      writer.u32(Kind.thaw.rawValue)
      writer.u64(launchID)
    case .reload:
      writer.u32(Kind.reload.rawValue)
    case .settle(let result):
      writer.u32(Kind.settle.rawValue)
      result.write(to: &writer)
    case .resources(let launchID):
      writer.u32(Kind.resources.rawValue)
      writer.u64(launchID)
    }
    return writer.bytes
  }

  /// Reads what follows the kind.
  ///
  /// - Throws: `WireError` for a value out of range, and for bytes that are missing or left over.
  package static func read(_ kind: Kind, from cursor: inout WireCursor) throws(WireError) -> Request
  {
    let request: Request
    switch kind {
    case .policy: request = .policy(try readPolicy(from: &cursor))
    case .entry: request = .entry(try EntryWire.read(from: &cursor))
    case .seal: request = .seal
    case .launch: request = .launch(try readLaunch(from: &cursor))
    case .terminate: request = .terminate(try cursor.u64())
    case .freeze: request = .freeze(try cursor.u64())
    case .thaw: request = .thaw(try cursor.u64())
    case .reload: request = .reload
    case .settle: request = .settle(try ResultRequest(from: &cursor))
    case .resources: request = .resources(try cursor.u64())
    }
    try cursor.finish()
    return request
  }

  private static func readLaunch(
    from cursor: inout WireCursor
  ) throws(WireError) -> LaunchRequest {
    let launchID = try cursor.u64()
    guard LaunchRequest.launchIDs.contains(launchID) else { throw .badValue("number") }
    let entry = EntryID(generation: try cursor.u32(), index: try cursor.u32())
    let hasFiles = try cursor.flag("files")
    let count = Int(try cursor.u32())
    let block = try cursor.blob("arguments", bytesMax: ArgumentList.bytesMax)
    guard let arguments = ArgumentList(block: block, count: count) else {
      throw .badValue("arguments")
    }
    let tightening = try TighteningWire.read(from: &cursor)
    return LaunchRequest(
      launchID: launchID, entry: entry, arguments: arguments, tightening: tightening,
      hasFiles: hasFiles)
  }

  private static func write(_ policy: LaunchPolicy, to writer: inout WireWriter) {
    writer.u32(policy.mode == .root ? 0 : 1)
    writer.u32(policy.identities.first)
    writer.u32(policy.identities.last)
    writer.string(policy.workRoot)
    FilterWire.write(policy.initFilter, to: &writer)
    writer.u32(policy.reload == nil ? 0 : 1)
    guard let reload = policy.reload else { return }
    writer.string(reload.program)
    writer.string(reload.settings)
    writer.list(reload.arguments) { writer, argument in writer.string(argument) }
  }

  private static func readPolicy(
    from cursor: inout WireCursor
  ) throws(WireError) -> LaunchPolicy {
    let isSameUser = try cursor.flag("mode")
    guard let identities = IdentityRange(first: try cursor.u32(), last: try cursor.u32()) else {
      throw .badValue("identities")
    }
    let root = try cursor.string("work root", bytesMax: pathBytesMax)
    guard root.hasPrefix("/") else { throw .badValue("work root") }
    let initFilter = try FilterWire.read(from: &cursor)
    guard !initFilter.isEmpty else { throw .badValue("filter") }
    return LaunchPolicy(
      mode: isSameUser ? .sameUser : .root, identities: identities, workRoot: root,
      initFilter: initFilter,
      reload: try cursor.flag("reload") ? try readReload(from: &cursor) : nil)
  }

  private static func readReload(
    from cursor: inout WireCursor
  ) throws(WireError) -> ReloadPlan {
    let program = try cursor.string("program", bytesMax: pathBytesMax)
    let settings = try cursor.string("settings", bytesMax: ReloadPlan.settingsBytesMax)
    let arguments = try cursor.list("argument") { (cursor) throws(WireError) in
      try cursor.string("argument", bytesMax: ReloadPlan.argumentBytesMax)
    }
    guard program.hasPrefix("/"), !arguments.isEmpty, arguments.count <= ReloadPlan.argumentsMax
    else { throw .badValue("reload") }
    return ReloadPlan(program: program, arguments: arguments, settings: settings)
  }
}
