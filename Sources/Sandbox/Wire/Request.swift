/// What the API process may send to the launcher. docs/launcher-protocol.md has the layout.
package enum Request: Hashable, Sendable {
  /// The numbers on the wire.
  package enum Kind: UInt32, CaseIterable, Sendable {
    case policy = 1
    case entry = 2
    case seal = 3
    case launch = 4
    case terminate = 5
  }

  case policy(LaunchPolicy)
  /// One whitelist entry; their order is their number.
  case entry(String)
  case seal
  case launch(LaunchRequest)
  case terminate(UInt64)

  /// A message is never larger: the longest arguments, and room for the rest.
  package static let bytesMax = ArgumentList.bytesMax + (4 << 10)
  /// Longest path or name.
  static let pathBytesMax = 4096
  private static let limitsMax = 32

  /// How many descriptors come with it.
  static func descriptorCount(of kind: Kind) -> Int {
    kind == .launch ? 3 : 0
  }

  package var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .policy(let policy):
      writer.u32(Kind.policy.rawValue)
      Self.write(policy, to: &writer)
    case .entry(let name):
      writer.u32(Kind.entry.rawValue)
      writer.string(name)
    case .seal:
      writer.u32(Kind.seal.rawValue)
    case .launch(let launch):
      writer.u32(Kind.launch.rawValue)
      writer.u64(launch.number)
      writer.u32(launch.entry)
      writer.u32(UInt32(launch.arguments.count))
      writer.blob(launch.arguments.block)
    case .terminate(let number):
      writer.u32(Kind.terminate.rawValue)
      writer.u64(number)
    }
    return writer.bytes
  }

  /// Reads what follows the kind.
  package static func read(_ kind: Kind, from cursor: inout WireCursor) throws(WireError) -> Request
  {
    let request: Request
    switch kind {
    case .policy: request = .policy(try readPolicy(from: &cursor))
    case .entry: request = .entry(try cursor.string("entry", bytesMax: pathBytesMax))
    case .seal: request = .seal
    case .launch: request = .launch(try readLaunch(from: &cursor))
    case .terminate: request = .terminate(try cursor.u64())
    }
    try cursor.finish()
    return request
  }

  private static func readLaunch(
    from cursor: inout WireCursor
  ) throws(WireError) -> LaunchRequest {
    let number = try cursor.u64()
    let entry = try cursor.u32()
    let count = Int(try cursor.u32())
    let block = try cursor.blob("arguments", bytesMax: ArgumentList.bytesMax)
    guard let arguments = ArgumentList(block: block, count: count) else {
      throw .badValue("arguments")
    }
    return LaunchRequest(number: number, entry: entry, arguments: arguments)
  }

  private static func write(_ policy: LaunchPolicy, to writer: inout WireWriter) {
    writer.u32(policy.identities.first)
    writer.u32(policy.identities.last)
    writer.u32(policy.fixedIdentity?.uid ?? 0)
    writer.u32(policy.fixedIdentity?.gid ?? 0)
    writer.u32(policy.wallClockSeconds)
    writer.u32(policy.graceMilliseconds)
    writer.string(policy.workRoot)
    writer.u32(UInt32(policy.limits.count))
    for limit in policy.limits {
      writer.u32(limit.resource.rawValue)
      writer.u64(limit.soft)
      writer.u64(limit.hard)
    }
    writer.u32(UInt32(policy.filter.count))
    for instruction in policy.filter {
      writer.u32(
        UInt32(instruction.code) | UInt32(instruction.jumpTrue) << 16
          | UInt32(instruction.jumpFalse) << 24)
      writer.u32(instruction.k)
    }
  }

  private static func readPolicy(
    from cursor: inout WireCursor
  ) throws(WireError) -> LaunchPolicy {
    guard let identities = IdentityRange(first: try cursor.u32(), last: try cursor.u32()) else {
      throw .badValue("identities")
    }
    let uid = try cursor.u32()
    let gid = try cursor.u32()
    let fixed = FixedIdentity(uid: uid, gid: gid)
    guard fixed != nil || (uid == 0 && gid == 0) else { throw .badValue("fixed identity") }
    let wallClock = try cursor.u32()
    let grace = try cursor.u32()
    guard wallClock > 0 else { throw .badValue("wall clock") }
    let root = try cursor.string("work root", bytesMax: pathBytesMax)
    guard root.hasPrefix("/") else { throw .badValue("work root") }
    return LaunchPolicy(
      identities: identities, fixedIdentity: fixed, limits: try readLimits(from: &cursor),
      wallClockSeconds: wallClock, graceMilliseconds: grace, workRoot: root,
      filter: try readFilter(from: &cursor))
  }

  private static func readLimits(
    from cursor: inout WireCursor
  ) throws(WireError) -> [ResourceLimit] {
    let count = Int(try cursor.u32())
    guard count <= limitsMax else { throw .badValue("limits") }
    var limits: [ResourceLimit] = []
    for _ in 0..<count {
      let resource = ResourceLimit.Resource(rawValue: try cursor.u32())
      let soft = try cursor.u64()
      let hard = try cursor.u64()
      guard let resource, soft <= hard else { throw .badValue("limit") }
      limits.append(ResourceLimit(resource, soft: soft, hard: hard))
    }
    return limits
  }

  private static func readFilter(
    from cursor: inout WireCursor
  ) throws(WireError) -> [BPFInstruction] {
    let count = Int(try cursor.u32())
    guard (1...BPFInstruction.countMax).contains(count) else { throw .badValue("filter") }
    var filter: [BPFInstruction] = []
    for _ in 0..<count {
      let head = try cursor.u32()
      filter.append(
        BPFInstruction(
          code: UInt16(truncatingIfNeeded: head), jumpTrue: UInt8(truncatingIfNeeded: head >> 16),
          jumpFalse: UInt8(truncatingIfNeeded: head >> 24), k: try cursor.u32()))
    }
    return filter
  }
}
