package import SandboxBase

/// What a reload's compiler hands to the service, through the launcher and as one memory file: the
/// text that it read, and the policies that it made of it.
package struct CompiledConfiguration: Hashable, Sendable {
  /// Bytes of the configuration file.
  package let text: [UInt8]
  /// The policy of each entry of the text, in their order, as the launcher has it: accounts looked
  /// up, default limits lowered to what the host grants, folders of packages added.
  package let policies: [EntryPolicy]
  /// Further files of the service that it read with the launcher's privileges, by their names.
  package let attachments: [String: [UInt8]]

  private static let textBytesMax = 64 << 20
  /// `hook.` and the name of a hook, of at most 64 bytes, is the longest.
  private static let nameBytesMax = 128

  /// The configuration as it is sent.
  static func bytes(
    _ text: [UInt8], _ entries: [CompiledEntry], _ attachments: [String: [UInt8]] = [:]
  ) -> [UInt8] {
    var writer = WireWriter()
    writer.blob(text)
    writer.list(entries) { writer, entry in EntryWire.write(entry, to: &writer) }
    writer.list(attachments.sorted { $0.key < $1.key }) { writer, attachment in
      writer.string(attachment.key)
      writer.blob(attachment.value)
    }
    return writer.bytes
  }

  /// Why the service could not read what is to be sent; nil where it can.
  static func problem(with bytes: [UInt8]) -> String? {
    do throws(WireError) {
      _ = try CompiledConfiguration(bytes)
      return nil
    } catch {
      return "\(error)"
    }
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
    let attached = try cursor.list("attachments") { (cursor) throws(WireError) in
      (
        try cursor.string("name", bytesMax: Self.nameBytesMax),
        try cursor.blob("attachment", bytesMax: Self.textBytesMax)
      )
    }
    attachments = Dictionary(attached) { first, _ in first }
    try cursor.finish()
  }
}
