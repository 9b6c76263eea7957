import CCurl
import NetworkBase

/// A callback URL that was judged: http or https, with a host.
struct CallbackTarget: Sendable {
  /// What is connected to and asked for: the URL without user name, password and fragment.
  let url: String
  /// What a log may show: the same without the query, which may carry a secret.
  let shown: String
  /// Whether it was given with a user name or a password, which are not sent.
  let namesUser: Bool
  /// The address and port of a URL that names no host to be resolved; nil for one that does.
  let endpoint: (address: NetworkAddress, port: Int)?

  /// Parses and checks the URL of a receiver.
  ///
  /// - Throws: `CallbackURLError` with a sentence for the client.
  init(_ text: String) throws(CallbackURLError) {
    try Self.checkSpelling(of: text)
    let host: String
    do throws(CurlFailure) {
      let parsed = try CurlURL.parse(text)
      host = try parsed.text(of: CURLUPART_HOST)
      self.namesUser = parsed.has(CURLUPART_USER) || parsed.has(CURLUPART_PASSWORD)
      for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT] {
        try parsed.set(part, to: nil)
      }
      self.url = try parsed.text(of: CURLUPART_URL)
      self.endpoint = try Self.endpoint(of: parsed)
      try parsed.set(CURLUPART_QUERY, to: nil)
      self.shown = try parsed.text(of: CURLUPART_URL)
    } catch {
      throw CallbackURLError("The callback is not a usable URL: \(error).")
    }
    try Self.checkHost(host)
  }

  /// libcurl undoes percent-encoding in a host, and translates one outside of ASCII by the locale
  /// of the process, which is that of C: what it takes here could never be delivered to.
  private static func checkHost(_ host: String) throws(CallbackURLError) {
    // In brackets stands an IPv6 address, which libcurl has read.
    guard !host.utf8.starts(with: "[".utf8) else { return }
    guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw CallbackURLError(
        "The host of the callback is not in ASCII; write an international name as xn--….")
    }
    guard host.utf8.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) }) else {
      throw CallbackURLError(
        "The host of the callback holds more than letters, digits, dots, hyphens and underscores.")
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// libcurl has brought each spelling of an IPv4 address, `0x7f.1` for one, into its usual form.
  private static func endpoint(
    of url: borrowing CurlURL
  ) throws(CurlFailure) -> (address: NetworkAddress, port: Int)? {
    let host = try url.text(of: CURLUPART_HOST).filter { $0 != "[" && $0 != "]" }
    let port = try Int(url.text(of: CURLUPART_PORT, flags: ccurl_url_default_port))
    guard let address = NetworkAddress(host), let port else { return nil }
    return (address, port)
  }

  /// libcurl is lenient where a service must not be: it guesses schemes, reads other protocols,
  /// and takes `http:///host` for `http://host`.
  private static func checkSpelling(of text: String) throws(CallbackURLError) {
    guard let schemeEnd = schemeEnd(of: text) else {
      throw CallbackURLError("The callback does not begin with http:// or https://.")
    }
    if let bad = text.utf8.first(where: { $0 <= 0x20 || $0 == 0x7f }) {
      let what = bad == 0x20 ? "a space" : "the control character \(bad)"
      throw CallbackURLError("The callback contains \(what); percent-encode it.")
    }
    let rest = text.utf8[schemeEnd...]
    guard let first = rest.first, !"/?#".utf8.contains(first) else {
      throw CallbackURLError("The callback names no host.")
    }
  }

  private static func schemeEnd(of text: String) -> String.Index? {
    for scheme in ["http://", "https://"] {
      let start = text.utf8.prefix(scheme.utf8.count)
      if start.map(lowercased) == Array(scheme.utf8) { return start.endIndex }
    }
    return nil
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

/// Why a callback can never be delivered, in words for the client.
struct CallbackURLError: Error, Hashable, Sendable {
  /// What is wrong, and what a right one looks like.
  let sentence: String

  /// What is said of a user name or a password in a URL: jobs and lists show URLs to every client.
  static let user = CallbackURLError(
    "The callback holds a user name or a password, and these are not sent. Leave them out: "
      + "callbacks are signed where callbacks.secrets are set.")

  init(_ what: String) {
    self.sentence = "\(what) Example: http://192.0.2.7:8080/done"
  }
}
