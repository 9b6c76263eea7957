/// Request line and header fields of a request, as far as this service uses them. An object, since
/// it is handed on some ten times and a copy would count a reference for each of its texts.
final class RequestHead: Sendable {
  /// The methods that any route takes, by their names (RFC 9110, section 9.1).
  enum Method: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case other

    init(_ text: String) {
      self = Method(rawValue: text) ?? .other
    }

    /// As the request line and `Allow` write it.
    var name: String { rawValue }

    /// Whether the method is safe (RFC 9110, section 9.2.1). OPTIONS counts as unsafe: no preflight
    /// passes.
    var isSafe: Bool { self == .get || self == .head }
  }

  /// Version of HTTP in the request line (RFC 9112, section 2.3).
  enum Version: Hashable, Sendable {
    case http10, http11
    case other

    init(_ text: String) {
      switch text {
      case "HTTP/1.0": self = .http10
      case "HTTP/1.1": self = .http11
      default: self = .other
      }
    }
  }

  let method: Method
  let version: Version
  let fields: HeaderFields
  /// False when lines or values end in a way that only this library takes for their end.
  let isSound: Bool

  init(method: Method, version: Version, fields: HeaderFields, isSound: Bool) {
    self.method = method
    self.version = version
    self.fields = fields
    self.isSound = isSound
  }
}
