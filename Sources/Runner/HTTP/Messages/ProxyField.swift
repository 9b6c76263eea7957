/// The header field in which a proxy says for which client it asks. It is one, which the operator
/// names: proxies pass on the other one as their client sent it.
package enum ProxyField: String, Hashable, Sendable, CaseIterable {
  /// `X-Forwarded-For`: addresses between commas, each proxy adding that of its own client.
  case xForwardedFor = "x-forwarded-for"
  /// `Forwarded` (RFC 7239), of which `for` counts.
  case forwarded

  /// Elements that are looked at, from the last one on.
  private static let elementsMax = 32

  /// The addresses of a field's value, the newest first, up to the first that is none.
  func addresses(in value: String) -> [PeerAddress] {
    var found: [PeerAddress] = []
    for element in value.split(separator: ",").reversed().prefix(Self.elementsMax) {
      guard let text = self == .forwarded ? Self.node(in: element) : Self.trimmed(element),
        let address = PeerAddress(Self.withoutPort(text))
      else { break }
      found.append(address)
    }
    return found
  }

  /// The value of `for` in `for=192.0.2.60;proto=http;by=203.0.113.43`.
  private static func node(in element: Substring) -> Substring? {
    for pair in element.split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
      let value = trimmed(parts[1])
      return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count > 1
        ? value.dropFirst().dropLast() : value
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...last]
  }

  /// `192.0.2.43:47011` and `[2001:db8::17]:4711` have a port, `2001:db8::17` has none.
  private static func withoutPort(_ text: Substring) -> String {
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return String(parts.count == 2 ? parts[0] : text)
  }
}
