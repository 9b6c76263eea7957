internal import SandboxBase

/// What the launcher asks of a path mounter. docs/launcher-protocol.md has the layout.
enum PathMounterRequest: UInt32 {
  /// Mounts every path into the sandbox whose init comes with it, and adds the rules for them to
  /// the ruleset, if one comes too.
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
