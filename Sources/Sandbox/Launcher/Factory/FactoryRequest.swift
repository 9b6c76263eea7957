internal import SandboxBase
internal import SystemBase

/// A request of the launcher to the sandbox factory. docs/launcher-protocol.md has the layout.
enum FactoryRequest: Hashable {
  /// The numbers on the wire.
  enum Code: UInt32 {
    case spec = 1
    case sandbox = 2
    case retire = 3
    case mounter = 4
    case initFilter = 5
  }

  /// Adds a spec; specs are numbered from 0 in the order of these requests.
  case spec(SandboxSpec)
  /// Requests one sandbox of a spec.
  case sandbox(specIndex: UInt32)
  /// Drops the root template of a spec. It has no reply.
  case retire(specIndex: UInt32)
  /// Requests the process that mounts the host paths of a spec.
  case mounter(specIndex: UInt32)

  /// The filter of all sandbox inits; the first request, and once.
  case initFilter([BPFInstruction])

  /// Trees of a few hundred paths.
  static let bytesMax = 128 << 10
  private static let itemsMax = 2048
  private static let pathBytesMax = 4096
  private static let textBytesMax = 16 << 10
  private static let portsMax = 4096

  var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .spec(let spec):
      writer.u32(Code.spec.rawValue)
      Self.writeSpec(spec, to: &writer)
    case .sandbox(let specIndex):
      writer.u32(Code.sandbox.rawValue)
      writer.u32(specIndex)
    case .retire(let specIndex):
      writer.u32(Code.retire.rawValue)
      writer.u32(specIndex)
    case .mounter(let specIndex):
      writer.u32(Code.mounter.rawValue)
      writer.u32(specIndex)
    case .initFilter(let filter):
      writer.u32(Code.initFilter.rawValue)
      FilterWire.write(filter, to: &writer)
    }
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    switch Code(rawValue: code) {
    case .spec: self = .spec(try Self.readSpec(from: &cursor))
    case .sandbox: self = .sandbox(specIndex: try cursor.u32())
    case .retire: self = .retire(specIndex: try cursor.u32())
    case .mounter: self = .mounter(specIndex: try cursor.u32())
    case .initFilter: self = .initFilter(try FilterWire.read(from: &cursor))
    case nil: throw .unknownKind(code)
    }
    try cursor.finish()
  }

  private static func writeSpec(_ spec: SandboxSpec, to writer: inout WireWriter) {
    writer.u32(spec.namespaces)
    writer.u32(spec.network.rawValue)
    writer.u32(spec.forbidsMemoryFiles ? 1 : 0)
    writer.u32(spec.forbidsNewCode ? 1 : 0)
    writer.u32(spec.hasAccountFiles ? 1 : 0)
    writer.u32(spec.requiresMounts ? 1 : 0)
    for number in [
      spec.scratchBytes, spec.scratchInodes, spec.handledFiles, spec.handledPorts, spec.scoped,
    ] { writer.u64(number) }
    writer.u32(UInt32(spec.ports.count))
    for port in spec.ports {
      writer.u32(UInt32(port.number))
      writer.u64(port.access)
    }
    writer.u32(UInt32(spec.tree.count))
    for item in spec.tree { writeItem(item, to: &writer) }
  }

  private static func writeItem(_ item: TreeItem, to writer: inout WireWriter) {
    let (code, path, text): (UInt32, String, String) =
      switch item {
      case .folder(let path): (1, path, "")
      case .link(let path, let target): (2, path, target)
      case .file(let path, let text): (3, path, text)
      case .host(let path, let source, _, _): (4, path, source)
      }
    writer.u32(code)
    writer.string(path)
    writer.string(text)
    if case .host(_, _, let access, let isOptional) = item {
      writer.u32(access.rawValue)
      writer.u32(isOptional ? 1 : 0)
    }
  }

  private static func readSpec(from cursor: inout WireCursor) throws(WireError) -> SandboxSpec {
    let namespaces = try cursor.u32()
    let network = SandboxSpec.Network(rawValue: try cursor.u32())
    guard let network, namespaces < 16 else { throw .badValue("namespaces") }
    let forbidsMemoryFiles = try cursor.flag("forbidsMemoryFiles")
    let forbidsNewCode = try cursor.flag("forbidsNewCode")
    let hasAccountFiles = try cursor.flag("hasAccountFiles")
    let requiresMounts = try cursor.flag("requiresMounts")
    var numbers: [UInt64] = []
    for _ in 0..<5 { numbers.append(try cursor.u64()) }
    let portCount = try cursor.u32()
    guard portCount <= portsMax else { throw .badValue("ports") }
    var ports: [SandboxSpec.Port] = []
    for _ in 0..<portCount {
      let number = UInt16(truncatingIfNeeded: try cursor.u32())
      ports.append(SandboxSpec.Port(number: number, access: try cursor.u64()))
    }
    let itemCount = try cursor.u32()
    guard itemCount <= itemsMax else { throw .badValue("tree") }
    var items: [TreeItem] = []
    for _ in 0..<itemCount { items.append(try readItem(from: &cursor)) }
    return SandboxSpec(
      namespaces: namespaces, network: network, forbidsMemoryFiles: forbidsMemoryFiles,
      forbidsNewCode: forbidsNewCode, hasAccountFiles: hasAccountFiles,
      requiresMounts: requiresMounts,
      scratchBytes: numbers[0], scratchInodes: numbers[1], tree: items, handledFiles: numbers[2],
      handledPorts: numbers[3], scoped: numbers[4], ports: ports)
  }

  private static func readItem(from cursor: inout WireCursor) throws(WireError) -> TreeItem {
    let code = try cursor.u32()
    let path = try cursor.string("path", bytesMax: pathBytesMax)
    let text = try cursor.string("text", bytesMax: textBytesMax)
    guard path.hasPrefix("/"), !path.fields(separatedBy: "/").contains("..") else {
      throw .badValue("path")
    }
    switch code {
    case 1: return .folder(path)
    case 2: return .link(path, to: text)
    case 3: return .file(path, text: text)
    case 4:
      let access = TreeAccess(rawValue: try cursor.u32())
      let isOptional = try cursor.flag("isOptional")
      guard let access else { throw .badValue("access") }
      return .host(path, from: text, access, isOptional: isOptional)
    default: throw .badValue("item")
    }
  }
}
