/// What the launcher sends to the API process. docs/launcher-protocol.md has the layout.
package enum Reply: Hashable, Sendable {
  package enum Kind: UInt32, CaseIterable, Sendable {
    case sealed = 1
    case refused = 2
    case launched = 3
    case failed = 4
    case ended = 5
  }

  /// The table is closed; the text says what is in force beyond the mandatory layers.
  case sealed(String)
  /// The policy cannot be honoured on this host: why, and what to do.
  case refused(String)
  /// The program runs.
  case launched(UInt64)
  case failed(UInt64, LaunchFault)
  /// The program and all that it left behind are gone, and so is its working folder.
  case ended(UInt64, ProcessEnd)

  static let bytesMax = 16 << 10
  private static let textBytesMax = 8 << 10

  package var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .sealed(let text):
      writer.u32(Kind.sealed.rawValue)
      writer.string(text)
    case .refused(let text):
      writer.u32(Kind.refused.rawValue)
      writer.string(String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self))
    case .launched(let number):
      writer.u32(Kind.launched.rawValue)
      writer.u64(number)
    case .failed(let number, let fault):
      writer.u32(Kind.failed.rawValue)
      writer.u64(number)
      writer.u32(fault.step.rawValue)
      writer.u32(UInt32(bitPattern: fault.code))
      writer.u32(fault.index)
    case .ended(let number, let end):
      writer.u32(Kind.ended.rawValue)
      writer.u64(number)
      writer.u32(end.isSignal ? 1 : 0)
      writer.u32(UInt32(bitPattern: end.value))
      writer.u32(end.cause.rawValue)
      writer.u64(end.userMicroseconds)
      writer.u64(end.systemMicroseconds)
      writer.u64(end.peakMemoryKibibytes)
    }
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    switch Kind(rawValue: code) {
    case .sealed: self = .sealed(try cursor.string("text", bytesMax: Self.textBytesMax))
    case .refused: self = .refused(try cursor.string("text", bytesMax: Self.textBytesMax))
    case .launched: self = .launched(try cursor.u64())
    case .failed: self = try Self.readFailed(from: &cursor)
    case .ended: self = try Self.readEnded(from: &cursor)
    case nil: throw .unknownKind(code)
    }
    try cursor.finish()
  }

  private static func readFailed(from cursor: inout WireCursor) throws(WireError) -> Reply {
    let number = try cursor.u64()
    let step = LaunchStep(rawValue: try cursor.u32())
    let code = Int32(bitPattern: try cursor.u32())
    let index = try cursor.u32()
    guard let step else { throw .badValue("step") }
    return .failed(number, LaunchFault(step, code: code, index: index))
  }

  private static func readEnded(from cursor: inout WireCursor) throws(WireError) -> Reply {
    let number = try cursor.u64()
    let isSignal = try cursor.u32() == 1
    let value = Int32(bitPattern: try cursor.u32())
    let cause = ProcessEnd.Cause(rawValue: try cursor.u32())
    let user = try cursor.u64()
    let system = try cursor.u64()
    let memory = try cursor.u64()
    guard let cause else { throw .badValue("cause") }
    return .ended(
      number,
      ProcessEnd(
        isSignal: isSignal, value: value, cause: cause, userMicroseconds: user,
        systemMicroseconds: system, peakMemoryKibibytes: memory))
  }
}
