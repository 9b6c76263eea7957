package import SharedBounds

/// What the launcher sends to the API process. docs/launcher-protocol.md has the layout.
package enum Reply: Hashable, Sendable {
  /// The numbers on the wire.
  package enum Kind: UInt32, CaseIterable, Sendable {
    case sealed = 1
    case refused = 2
    // 3 was `launched`; a number is never given again.
    case failed = 4
    case ended = 5
    case inForce = 6
    case reloaded = 7
    case frozen = 8
    case entryState = 9
    case settled = 10
    case resources = 11
  }

  /// The table is closed.
  case sealed
  /// What is in force for an entry: one for each, in their order, before `sealed`.
  case inForce(Enforcement)
  /// The policy cannot be honoured on this host, or, after the seal, the configuration was not
  /// taken again: why, and what to do.
  case refused(String)
  /// The table of this generation is in force instead of the one before. What is in force for each
  /// of its entries came before it.
  case reloaded(generation: UInt32)
  /// Nothing of the launch is left.
  case failed(UInt64, LaunchStepFailure)
  /// The program and all that it left behind are gone, and so is its working folder.
  case ended(UInt64, ProcessEnd)

  /// Result of a freeze or thaw: 0 or an errno; ESRCH for a job that does not run or is being
  /// terminated, EOPNOTSUPP without cgroup v2.
  case frozen(UInt64, code: Int32)

  /// Whether the host paths of an entry are there: why not, or an empty text where they are. Said
  /// after the first look at them, and whenever that changes.
  case entryState(entry: EntryID, text: String)

  /// What became of a result.
  case settled(ResultReply)

  /// Processor time of a launch up to now and its memory now, of all its processes that can be told
  /// as its own; with an errno where they are not known: ESRCH for a job that does not run or is
  /// being ended.
  case resources(UInt64, code: Int32, microseconds: UInt64, memoryBytes: UInt64)

  /// Bytes of one reply at most.
  package static let bytesMax = 32 << 10
  private static let textBytesMax = 8 << 10

  /// The message as it is sent: the kind, then its fields.
  package var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .sealed:
      writer.u32(Kind.sealed.rawValue)
    case .inForce(let enforcement):
      writer.u32(Kind.inForce.rawValue)
      writer.list(enforcement.rows) { writer, row in
        writer.string(row.layer.rawValue)
        writer.u32(row.state.rawValue)
        writer.string(row.detail)
      }
      writer.u32(enforcement.hasHostPaths ? 1 : 0)
    case .refused(let text):
      writer.u32(Kind.refused.rawValue)
      writer.string(String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self))
    case .reloaded(let generation):
      writer.u32(Kind.reloaded.rawValue)
      writer.u32(generation)
    case .frozen(let launchID, let code):
      Self.write(.frozen, launchID, code, to: &writer)
    case .entryState(let entry, let text):
      writer.u32(Kind.entryState.rawValue)
      writer.u32(entry.generation)
      writer.u32(entry.index)
      writer.string(String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self))
    case .settled(let result):
      writer.u32(Kind.settled.rawValue)
      result.write(to: &writer)
    case .resources(let launchID, let code, let microseconds, let memoryBytes):
      Self.write(.resources, launchID, code, to: &writer)
      writer.u64(microseconds)
      writer.u64(memoryBytes)
    case .failed(let launchID, let fault):
      writer.u32(Kind.failed.rawValue)
      writer.u64(launchID)
      writer.u32(fault.step.rawValue)
      writer.u32(UInt32(bitPattern: fault.code))
      writer.u32(fault.index)
      writer.string(String(decoding: fault.object.utf8.prefix(Self.textBytesMax), as: UTF8.self))
    case .ended(let launchID, let end):
      writer.u32(Kind.ended.rawValue)
      writer.u64(launchID)
      writer.u32(end.isSignal ? 1 : 0)
      writer.u32(UInt32(bitPattern: end.value))
      writer.u32(end.cause.rawValue)
      for value in [
        end.usage.userMicroseconds, end.usage.systemMicroseconds, end.usage.wallMicroseconds,
        end.usage.peakMemoryBytes, end.usage.peakProcesses,
      ] { writer.u64(value) }
      writer.u32(end.usage.isOfCgroup ? 1 : 0)
      writer.u32(end.limitsMet.rawValue)
      writer.u32(end.isKilledInGrace ? 1 : 0)
      writer.u64(UInt64(bitPattern: end.endedAtMicroseconds))
      writer.list(end.refused) { writer, call in
        for value in [call.number, call.architecture, call.code, call.count] { writer.u32(value) }
      }
    }
    return writer.bytes
  }

  private static func write(
    _ kind: Kind, _ launchID: UInt64, _ code: Int32, to writer: inout WireWriter
  ) {
    writer.u32(kind.rawValue)
    writer.u64(launchID)
    writer.u32(UInt32(bitPattern: code))
  }

  /// Reads a message.
  ///
  /// - Throws: `WireError` for an unknown kind, a value out of range, and for bytes that are
  ///   missing or left over.
  package init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    switch Kind(rawValue: code) {
    case .sealed: self = .sealed
    case .inForce: self = .inForce(try Self.readEnforcement(from: &cursor))
    case .refused: self = .refused(try cursor.string("text", bytesMax: Self.textBytesMax))
    case .failed: self = try Self.readFailed(from: &cursor)
    case .ended: self = try Self.readEnded(from: &cursor)
    case .frozen:
      self = .frozen(try cursor.u64(), code: Int32(bitPattern: try cursor.u32()))
    case .entryState:
      self = .entryState(
        entry: EntryID(generation: try cursor.u32(), index: try cursor.u32()),
        text: try cursor.string("text", bytesMax: Self.textBytesMax))
    case .reloaded: self = .reloaded(generation: try cursor.u32())
    case .settled: self = .settled(try ResultReply(from: &cursor))
    case .resources:
      self = .resources(
        try cursor.u64(), code: Int32(bitPattern: try cursor.u32()),
        microseconds: try cursor.u64(), memoryBytes: try cursor.u64())
    case nil: throw .unknownKind(code)
    }
    try cursor.finish()
  }

  private static func readFailed(from cursor: inout WireCursor) throws(WireError) -> Reply {
    let launchID = try cursor.u64()
    let step = LaunchStep(rawValue: try cursor.u32())
    let code = Int32(bitPattern: try cursor.u32())
    let index = try cursor.u32()
    let object = try cursor.string("object", bytesMax: textBytesMax)
    guard let step else { throw .badValue("step") }
    return .failed(launchID, LaunchStepFailure(step, code: code, index: index, object: object))
  }

  private static func readEnded(from cursor: inout WireCursor) throws(WireError) -> Reply {
    let launchID = try cursor.u64()
    let isSignal = try cursor.flag("isSignal")
    let value = Int32(bitPattern: try cursor.u32())
    let cause = ProcessEnd.Cause(rawValue: try cursor.u32())
    var usage = JobUsage()
    usage.userMicroseconds = try cursor.u64()
    usage.systemMicroseconds = try cursor.u64()
    usage.wallMicroseconds = try cursor.u64()
    usage.peakMemoryBytes = try cursor.u64()
    usage.peakProcesses = try cursor.u64()
    usage.isOfCgroup = try cursor.flag("isOfCgroup")
    let limitsMet = LimitsMet(rawValue: try cursor.u32())
    let isKilledInGrace = try cursor.flag("isKilledInGrace")
    let endedAtMicroseconds = Int64(bitPattern: try cursor.u64())
    let refused = try cursor.list("refused") { (cursor) throws(WireError) in
      RefusedCall(
        number: try cursor.u32(), architecture: try cursor.u32(), code: try cursor.u32(),
        count: try cursor.u32())
    }
    guard let cause else { throw .badValue("cause") }
    return .ended(
      launchID,
      ProcessEnd(
        isSignal: isSignal, value: value, cause: cause, usage: usage, refused: refused,
        limitsMet: limitsMet, isKilledInGrace: isKilledInGrace,
        endedAtMicroseconds: endedAtMicroseconds))
  }

  private static func readEnforcement(
    from cursor: inout WireCursor
  ) throws(WireError) -> Enforcement {
    var enforcement = Enforcement(
      rows: try cursor.list("row") { (cursor) throws(WireError) in
        let layer = Layer(rawValue: try cursor.string("layer", bytesMax: 64))
        let state = Enforcement.State(rawValue: try cursor.u32())
        let detail = try cursor.string("detail", bytesMax: 1024)
        guard let layer, let state else { throw .badValue("layer") }
        return Enforcement.Row(layer, state, detail)
      })
    enforcement.hasHostPaths = try cursor.flag("hasHostPaths")
    return enforcement
  }
}
