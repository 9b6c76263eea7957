/// The names under which the service may be addressed.
///
/// A page whose own name was pointed at this machine (DNS rebinding) sends that name as `Host`.
/// IP literals cannot be rebound, so each of them is fine; and so is this machine's own name, with
/// its domain, without it, and in `.local` (RFC 6762), where only machines of the same network have
/// names.
struct HostNames: Sendable {
  private let names: Set<String>

  /// - Parameters:
  ///   - further: those that the operator names.
  ///   - own: the name of this machine, as gethostname(2) has it; nil for none.
  init(_ further: [String], own: String? = nil) {
    var names = Set(further.map { $0.lowercased() }).union(["localhost"])
    if let own = own?.lowercased(), let label = own.split(separator: ".").first {
      names.formUnion([own, String(label), "\(label).local"])
    }
    self.names = names
  }

  /// - Parameter host: the value of `Host`: a name or an address, perhaps with a port.
  func allows(_ host: String) -> Bool {
    guard let name = Self.withoutPort(host) else { return false }
    if name.hasPrefix("[") { return Self.isBracketedAddress(name.utf8) }
    return Self.isDottedAddress(name.utf8) || names.contains(name.lowercased())
  }

  /// The part before the port; nil when the port is not a number of one to five digits, or absent
  /// behind its colon.
  private static func withoutPort(_ host: String) -> Substring? {
    let nameEnd: String.Index
    if host.hasPrefix("[") {
      guard let bracket = host.utf8.lastIndex(of: UInt8(ascii: "]")) else { return nil }
      nameEnd = host.utf8.index(after: bracket)
    } else {
      nameEnd = host.utf8.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
    }
    let rest = host.utf8[nameEnd...]
    guard let colon = rest.first else { return host[...] }
    let port = rest.dropFirst()
    guard colon == UInt8(ascii: ":"), (1...5).contains(port.count), port.allSatisfy(isDigit) else {
      return nil
    }
    return host[..<nameEnd]
  }

  /// `[…]` cannot be a name that DNS resolves, whatever address it holds.
  private static func isBracketedAddress(_ text: Substring.UTF8View) -> Bool {
    let inner = text.dropFirst().dropLast()
    return text.last == UInt8(ascii: "]") && inner.contains(UInt8(ascii: ":"))
      && inner.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
  }

  /// Four decimal numbers of at most 255: the only spelling that browsers send.
  private static func isDottedAddress(_ text: Substring.UTF8View) -> Bool {
    var (parts, digits, number) = (1, 0, 0)
    for byte in text {
      if byte == UInt8(ascii: ".") {
        guard digits > 0 else { return false }
        (parts, digits, number) = (parts + 1, 0, 0)
      } else {
        guard isDigit(byte), digits < 3 else { return false }
        digits += 1
        number = number * 10 + Int(byte - UInt8(ascii: "0"))
        guard number <= 255 else { return false }
      }
    }
    return parts == 4 && digits > 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
