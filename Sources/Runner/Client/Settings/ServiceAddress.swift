import RunnerConfiguration

/// Where the service is: `https://HOST[:PORT][/PREFIX]`, `http://…`, `HOST:PORT`, or `unix:/PATH`.
struct ServiceAddress: Hashable, Sendable {
  /// The URL that paths are appended to, without a slash at its end.
  let url: String
  /// The socket file; nil for TCP.
  let socketPath: String?
  let isEncrypted: Bool
  /// Whether nothing of the conversation leaves this machine.
  let isLocal: Bool

  /// Where a service of this machine listens unless it is told otherwise.
  static let standard = "http://127.0.0.1:9000"

  /// - Throws: `ClientFailure` (configuration) for another form, and for one with a user name, a
  ///   query or a fragment.
  init(_ text: String) throws(ClientFailure) {
    let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    guard isPlain, !text.contains("@"), !text.contains("?"), !text.contains("#") else {
      throw Self.failure(text)
    }
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/") else { throw Self.failure(text) }
      url = "http://localhost"
      socketPath = path
      isEncrypted = false
      isLocal = true
      return
    }
    isEncrypted = text.hasPrefix("https://")
    let full = text.contains("://") ? text : "http://\(text)"
    guard isEncrypted || full.hasPrefix("http://") else { throw Self.failure(text) }
    let rest = full.dropFirst(isEncrypted ? "https://".count : "http://".count)
    let place = rest.prefix { $0 != "/" }
    guard !place.isEmpty else { throw Self.failure(text) }
    var trimmed = full[...]
    while trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    url = String(trimmed)
    socketPath = nil
    isLocal = Self.isLoopback(place)
  }

  private static func isLoopback(_ place: Substring) -> Bool {
    let host =
      place.hasPrefix("[")
      ? place.dropFirst().prefix { $0 != "]" } : place.prefix { $0 != ":" }
    // A name is no address of this machine, whatever it begins with.
    return host == "localhost" || AddressValue.isLoopback(String(host))
  }

  private static func failure(_ text: String) -> ClientFailure {
    let shown = String(text.unicodeScalars.map { $0.value < 0x20 ? "?" : Character($0) })
    return ClientFailure(
      .configuration,
      "`\(shown)` is no address of a service. It is https://HOST:PORT, http://127.0.0.1:9000 or "
        + "unix:/run/http-runner/api.sock, without user name, query and fragment.")
  }
}
