/// Refuses what libmicrohttpd 0.9.75 lets through and RFC 9112 does not, before anything else of a
/// request is read: no proxy in front of this service may see another border between two requests
/// than the service does (request smuggling, RFC 9112, section 11.2).
enum FramingGuard {
  /// Why the request is refused, in one sentence; nil if it is sound.
  static func problem(with head: RequestHead) -> String? {
    let fields = head.fields
    if head.version == .other { return "Only HTTP/1.0 and HTTP/1.1 are spoken here." }
    if !head.isSound {
      return """
        The head holds a bare line feed, a folded line, a NUL, a field without a name, or more \
        than one space in a row.
        """
    }
    if fields.hasNameThatIsNoToken {
      return "A header field's name holds a byte that names may not hold, for instance a space."
    }
    if fields.hasControlCharacter { return "A header field's value holds a control character." }
    return framing(head.version, fields) ?? host(head.version, fields)
  }

  private static func framing(
    _ version: RequestHead.Version, _ fields: HeaderFields
  ) -> String? {
    if fields.transferCodingCount > 0 {
      if fields.contentLengthCount > 0 {
        return "Transfer-Encoding and Content-Length exclude each other."
      }
      if version == .http10 { return "HTTP/1.0 has no Transfer-Encoding." }
      guard fields.transferCodingCount == 1, fields.transferCodingIsChunked else {
        return "The only Transfer-Encoding that is read is chunked, once."
      }
    }
    if fields.contentLengthCount > 1 { return "There is more than one Content-Length." }
    if fields.contentLengthCount == 1, fields.contentLength == nil {
      return "Content-Length is not a number of at most 18 digits."
    }
    return nil
  }

  private static func host(_ version: RequestHead.Version, _ fields: HeaderFields) -> String? {
    if fields.hostCount > 1 { return "There is more than one Host." }
    if version == .http11, fields.host.isEmpty { return "HTTP/1.1 requires a Host." }
    return nil
  }
}
