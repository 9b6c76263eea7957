/// What launcher and path mounter say to each other. docs/launcher-protocol.md has the layout.
enum PathMounterRequest: UInt32 {
  /// Mounts every path into the sandbox whose init comes with it, and adds the rules for them to the
  /// ruleset, if one comes too.
  case mount = 1
  /// Looks at every path as `mount` does; nothing is mounted anywhere.
  case probe = 2

  var bytes: [UInt8] {
    var writer = WireWriter()
    writer.u32(rawValue)
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    try cursor.finish()
    guard let known = PathMounterRequest(rawValue: code) else { throw .unknownKind(code) }
    self = known
  }
}

enum PathMounterReply: Hashable {
  /// Every path is mounted, or could be.
  case done
  /// The path with this index is looked at now; not said of the first.
  case reached(index: UInt32)
  /// The path with this index could not be opened or mounted.
  case failed(index: UInt32, code: Int32)
  /// The sandbox could not be joined: its init was killed.
  case noSandbox(code: Int32)

  static let bytesMax = 64

  var bytes: [UInt8] {
    let fields: [UInt32] =
      switch self {
      case .done: [1, 0, 0]
      case .reached(let index): [2, index, 0]
      case .failed(let index, let code): [3, index, UInt32(bitPattern: code)]
      case .noSandbox(let code): [4, 0, UInt32(bitPattern: code)]
      }
    var writer = WireWriter()
    for field in fields { writer.u32(field) }
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let kind = try cursor.u32()
    let index = try cursor.u32()
    let code = Int32(bitPattern: try cursor.u32())
    try cursor.finish()
    switch kind {
    case 1: self = .done
    case 2: self = .reached(index: index)
    case 3: self = .failed(index: index, code: code)
    case 4: self = .noSandbox(code: code)
    default: throw .unknownKind(kind)
    }
  }
}
