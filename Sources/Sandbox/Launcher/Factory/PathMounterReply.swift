internal import SandboxBase

/// What a path mounter answers. docs/launcher-protocol.md has the layout.
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
