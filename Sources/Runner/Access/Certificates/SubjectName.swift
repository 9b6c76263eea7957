/// One subject alternative name of a certificate (RFC 5280, section 4.2.1.6).
package enum SubjectName: Hashable, Sendable {
  case dns(String)
  case mail(String)
  case uri(String)
  /// 4 or 16 bytes in network order.
  case address([UInt8])
}
