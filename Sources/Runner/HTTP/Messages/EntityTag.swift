import RunnerCore

/// A strong validator of a body that does not change any more (RFC 9110, section 8.8.3): one output
/// stream of an ended job. A client that has the body asks whether it is still the same, or for the
/// rest of it.
struct EntityTag: Hashable, Sendable {
  /// The value of `ETag`, with its quotation marks.
  let text: String

  /// - Returns: nil while the job lives: its output grows.
  init?(_ job: JobSnapshot, _ stream: OutputStreamName) {
    guard job.outcome != nil else { return nil }
    let bytes = stream == .stdout ? job.stdout : job.stderr
    text = "\"\(job.id)-\(stream)-\(bytes.keptBytes)-\(bytes.droppedBytes)\""
  }

  /// The tag of a file that is kept of a job.
  init(_ file: JobFile) {
    text = "\"\(file.digestText)\""
  }

  /// The tag of bytes that change with the program alone: their length, and FNV-1a of them.
  init(ofConstant bytes: [UInt8]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    text = "\"\(bytes.count)-\(String(hash, radix: 16))\""
  }

  /// Whether the client has this body: `If-None-Match`, compared weakly (section 13.1.2).
  func isAmong(_ field: String?) -> Bool {
    guard let field else { return false }
    return field == "*"
      || field.split(separator: ",").contains { part in
        let tag = part.drop { $0 == " " || $0 == "\t" }
        let end = tag.reversed().prefix { $0 == " " || $0 == "\t" }.count
        let bare = tag.dropLast(end)
        return (bare.hasPrefix("W/") ? bare.dropFirst(2) : bare) == text
      }
  }

  /// Whether a range is of the body that the client has a part of: `If-Range`, compared strongly
  /// (section 13.1.5). A date is never it: there is no `Last-Modified`.
  func isRanged(_ field: String?) -> Bool { field == nil || field == text }
}
