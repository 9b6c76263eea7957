/// What a reload's compiler hands to the service, through the launcher and as one memory file: the
/// text that it read, and the policies that it made of it.
package struct CompiledConfiguration: Hashable, Sendable {
  /// Bytes of the configuration file.
  package let text: [UInt8]
  /// The policy of each entry of the text, in their order, as the launcher has it: accounts looked
  /// up, default limits lowered to what the host grants, folders of packages added.
  package let policies: [EntryPolicy]

  private static let textBytesMax = 64 << 20

  /// The configuration as it is sent.
  static func bytes(_ text: [UInt8], _ entries: [CompiledEntry]) -> [UInt8] {
    var writer = WireWriter()
    writer.blob(text)
    writer.list(entries) { writer, entry in EntryWire.write(entry, to: &writer) }
    return writer.bytes
  }

  /// Reads what `bytes` made.
  ///
  /// - Throws: `WireError` for a value out of range, and for bytes that are missing or left over.
  init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    text = try cursor.blob("text", bytesMax: Self.textBytesMax)
    policies = try cursor.list("entries") { (cursor) throws(WireError) in
      try EntryWire.read(from: &cursor).policy
    }
    try cursor.finish()
  }
}
