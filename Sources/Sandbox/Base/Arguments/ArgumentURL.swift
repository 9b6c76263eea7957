/// What `{url:...}` matches (RFC 3986, of it only what cannot be read in two ways).
enum ArgumentURL {
  /// `scheme://host`, then perhaps a port, and a path, query and fragment of printable ASCII. The
  /// host is a name or an address in digits; there is no user before it.
  static func isOne(_ text: ArraySlice<UInt8>, schemes: [[UInt8]]) -> Bool {
    for scheme in schemes where text.starts(with: scheme + Array("://".utf8)) {
      let rest = text.dropFirst(scheme.count + 3)
      let host = rest.prefix { ![0x2f, 0x3f, 0x23].contains($0) }
      return isHost(host) && rest.dropFirst(host.count).allSatisfy(isPrintable)
    }
    return false
  }

  /// Neither white space nor a backslash, which some programs take for a slash.
  private static func isPrintable(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "\\")
  }

  private static func isHost(_ host: ArraySlice<UInt8>) -> Bool {
    let parts = host.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.count <= 2, name.allSatisfy(isNameByte),
      name.first != UInt8(ascii: "-"), name.first != UInt8(ascii: ".")
    else { return false }
    guard parts.count == 2 else { return true }
    return (1...5).contains(parts[1].count) && parts[1].allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
