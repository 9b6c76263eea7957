internal import NetworkBase

/// A place to listen on, and how callers there are known: `192.0.2.7:9000`, `[::1]:9000`,
/// `unix:/run/http-runner/api.sock` or `systemd:NAME`, followed by words between commas.
package struct ConfiguredListener: Hashable, Sendable {
  /// Where it listens.
  package enum Location: Hashable, Sendable {
    /// A numeric address, and a port from 0 to 65,535; 0 for any free one.
    case tcp(address: String, port: Int)
    /// Absolute path of a socket file.
    case unix(path: String)
    /// A socket that systemd hands over, by its name (FileDescriptorName= of systemd.socket(5)).
    case systemd(name: String)
  }

  /// How a caller is known.
  package enum Method: String, Hashable, Sendable, CaseIterable {
    case token, session, certificate, peer, none
  }

  /// Where it listens.
  package private(set) var place: Location
  /// How callers are known; nil for every way that is set up.
  package var methods: Set<Method>?
  /// Whether connections are encrypted; nil for TCP where there is a certificate.
  package var isEncrypted: Bool?
  /// Owner of a socket file, by name or number; nil for root.
  package var owner: String?
  /// Group of a socket file, by name or number; nil for root's.
  package var group: String?
  /// Permissions of a socket file.
  package var mode: UInt32 = 0o600

  /// A listener at `place` with the defaults.
  package init(_ place: Location) {
    self.place = place
  }

  /// The same elsewhere: where a socket of systemd turns out to be, or which port was free.
  package func at(_ place: Location) -> ConfiguredListener {
    var moved = self
    moved.place = place
    return moved
  }

  /// Reads a listener.
  ///
  /// - Throws: `ValueError` for text that is none.
  package init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    place = try Self.place(parts[0])
    for part in parts.dropFirst() { try take(part) }
  }

  /// Whether other machines reach it; of a socket of systemd that is not known before the start.
  package var isOpenToOthers: Bool {
    if case .tcp(let address, _) = place { return !AddressValue.isLoopback(address) }
    return false
  }

  /// The place as it is written.
  package var placeText: String {
    switch place {
    case .tcp(let address, let port):
      "\(address.contains(":") ? "[\(address)]" : address):\(port)"
    case .unix(let path): "unix:\(path)"
    case .systemd(let name): "systemd:\(name)"
    }
  }

  private static func place(_ text: String) throws(ValueError) -> Location {
    if text.hasPrefix("unix:") {
      let path = try PathValue.parse(String(text.dropFirst(5)))
      // sun_path of unix(7) has 108 bytes with the zero at its end.
      guard path.utf8.count < 108 else {
        throw ValueError("The path of a socket has at most 107 bytes (unix(7)).")
      }
      return .unix(path: path)
    }
    if text.hasPrefix("systemd:") {
      let name = String(text.dropFirst(8))
      guard (1...255).contains(name.utf8.count),
        name.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ":") })
      else { throw ValueError("Behind systemd: stands the FileDescriptorName= of a socket unit.") }
      return .systemd(name: name)
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = NumberValue.digits(text[text.index(after: colon)...]), port <= 65_535
    else {
      throw ValueError(
        "`\(text)` is none of ADDRESS:PORT, [ADDRESS]:PORT, unix:/PATH and systemd:NAME.")
    }
    var address = String(text[..<colon])
    if address.hasPrefix("["), address.hasSuffix("]") {
      address = String(address.dropFirst().dropLast())
    } else if address.contains(":") {
      throw ValueError("An IPv6 address stands in brackets before its port: [\(address)]:\(port).")
    }
    return .tcp(address: try AddressValue.parse(address), port: port)
  }

  private mutating func take(_ part: String) throws(ValueError) {
    switch part {
    case "tls": isEncrypted = true
    case "plain": isEncrypted = false
    case _ where part.hasPrefix("auth="):
      methods = try Self.methods(part.dropFirst(5))
    case _ where part.hasPrefix("owner="): owner = try account(part.dropFirst(6))
    case _ where part.hasPrefix("group="): group = try account(part.dropFirst(6))
    case _ where part.hasPrefix("mode="):
      let digits = part.dropFirst(5)
      guard isUnix, (3...4).contains(digits.count), let mode = UInt32(digits, radix: 8),
        mode <= 0o777
      else { throw ValueError("mode= takes three octal digits, for unix: alone: mode=660.") }
      self.mode = mode
    default:
      throw ValueError(
        "`\(part)` is none of tls, plain, auth=WAYS, owner=USER, group=GROUP and mode=MODE.")
    }
  }

  /// Whether it is a socket file.
  package var isUnix: Bool { if case .unix = place { true } else { false } }

  private func account(_ text: Substring) throws(ValueError) -> String {
    guard isUnix else { throw ValueError("owner= and group= are for unix: alone.") }
    return text == "root" || text == "0" ? String(text) : try UserValue.parse(String(text))
  }

  private static func methods(_ text: Substring) throws(ValueError) -> Set<Method> {
    var methods: Set<Method> = []
    for word in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let method = Method(rawValue: String(word)) else {
        let known = Method.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValueError("auth= takes these, joined by +: \(known); not `\(word)`.")
      }
      methods.insert(method)
    }
    guard methods.count == 1 || !methods.contains(.none) else {
      throw ValueError("auth=none asks for nothing; beside it no other way has a meaning.")
    }
    return methods
  }
}
