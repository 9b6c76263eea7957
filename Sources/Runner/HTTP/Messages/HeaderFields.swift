import RunnerCore

/// What this service wants to know of a request's header fields, gathered in one pass and without
/// keeping the rest.
struct HeaderFields: Sendable {
  /// Value of `Sec-Fetch-Site` (W3C Fetch Metadata Request Headers, section 2.3).
  enum FetchSite: Sendable {
    case absent, sameOrigin, none, sameSite, crossSite
    /// A value that no browser sends, or more than one.
    case unknown
  }

  private(set) var byteCount = 0
  private(set) var hasNameThatIsNoToken = false
  private(set) var hasControlCharacter = false

  private(set) var hostCount = 0
  private(set) var host = ""
  private(set) var originCount = 0
  private(set) var origin = ""
  private(set) var fetchSite = FetchSite.absent
  private var fetchMode = ""
  /// Whether `Sec-Fetch-Mode` (section 2.2 there) says that the browser goes to a page.
  var isNavigation: Bool { fetchMode == "navigate" }

  private(set) var contentLengthCount = 0
  /// nil when it is not digits, or more than 18 of them.
  private(set) var contentLength: UInt64?
  private(set) var transferCodingCount = 0
  private(set) var transferCodingIsChunked = false
  private(set) var idempotencyKeyCount = 0
  private(set) var idempotencyKey = ""
  private(set) var prefer = ""
  private(set) var range: String?
  private(set) var ifRange: String?
  private(set) var ifNoneMatch: String?
  /// The values of `Forwarded` and of `X-Forwarded-For`, in their order.
  private(set) var forwarded = ""
  private(set) var forwardedFor = ""
  /// Where it stands twice it is no id.
  private(set) var lastEventID: String?

  /// Credential of the client (RFC 9110, section 11.6.2); nil for none. Where it stands twice it is
  /// no credential.
  private(set) var authorization: String?

  /// The cookies of a browser (RFC 6265, section 5.4); fields that stand twice are joined.
  private(set) var cookie = ""

  /// The value of `X-Request-Id`; where it stands twice it is no id.
  private(set) var requestID = ""
  /// All values of `Accept`, joined by commas (RFC 9110, section 12.5.1).
  private(set) var accept = ""

  /// The values of `Content-Digest` and of `Repr-Digest` (RFC 9530), joined by commas.
  private(set) var contentDigest = ""
  private(set) var representationDigest = ""
  /// The value of `Content-Range` (RFC 9110, section 14.4); where it stands twice it is no range.
  private(set) var contentRange: String?

  /// The value of `Content-Type` (RFC 9110, section 8.3); fields that stand twice are joined.
  private(set) var contentType = ""

  /// Fields by which a call of a hook is proven or known again, by their names in lower case; those
  /// that stand twice are joined. Empty for any other request.
  private(set) var hookFields: [String: String] = [:]
  /// Names of the fields that are kept, in lower case; empty where no hook is called.
  private let hookFieldNames: Set<String>
  private static let hookFieldBytesMax = 1024
  /// Those of signatures and deliveries.
  private static let signatureFieldNames: Set<String> = [
    HookCredential.hubField, deliveryField, "webhook-id", "webhook-timestamp",
    "webhook-signature",
  ]
  /// Name of GitHub's id of a delivery.
  static let deliveryField = "x-github-delivery"

  /// The client waits for leave to send its body.
  private(set) var hasExpectation = false

  /// Bytes of a header line besides its name and value: colon, space, CR, LF.
  private static let lineOverheadBytes = 4
  /// Digits that a length may have: anything longer overflows nothing and means nothing either.
  private static let lengthDigitsMax = 18

  /// Whether the request has a body, or may have one.
  var announcesBody: Bool {
    transferCodingCount > 0 || (contentLengthCount > 0 && contentLength != 0)
  }

  /// Fields of a request that calls no hook.
  init() { hookFieldNames = [] }

  /// Fields of a call of a hook.
  ///
  /// - Parameter names: of the fields in which hooks have their secrets, in lower case.
  init(hookSecretsIn names: Set<String>) {
    hookFieldNames = Self.signatureFieldNames.union(names)
  }

  mutating func add(name: Span<UInt8>, value: Span<UInt8>) {
    byteCount += name.count + value.count + Self.lineOverheadBytes
    if !isToken(name) { hasNameThatIsNoToken = true }
    if hasControl(value) { hasControlCharacter = true }
    switch name.count {
    case 4 where matches(name, "host"):
      hostCount += 1
      host = text(value)
    case 6 where matches(name, "origin"):
      originCount += 1
      origin = text(value)
    case 6 where matches(name, "cookie"):
      cookie += (cookie.isEmpty ? "" : ";") + text(value)
    case 13 where matches(name, "authorization"):
      authorization = (authorization.map { $0 + "," } ?? "") + text(value)
    case 5 where matches(name, "range"):
      range = text(value)
    case 13 where matches(name, "last-event-id"):
      lastEventID = (lastEventID.map { $0 + "," } ?? "") + text(value)
    case 6 where matches(name, "prefer"):
      prefer += (prefer.isEmpty ? "" : ",") + text(value)
    case 9 where matches(name, "forwarded"):
      forwarded += (forwarded.isEmpty ? "" : ",") + text(value)
    case 15 where matches(name, "x-forwarded-for"):
      forwardedFor += (forwardedFor.isEmpty ? "" : ",") + text(value)
    case 15 where matches(name, "idempotency-key"):
      idempotencyKeyCount += 1
      idempotencyKey = text(value)
    case 12 where matches(name, "content-type"):
      contentType += (contentType.isEmpty ? "" : ",") + text(value)
    case 12 where matches(name, "x-request-id"):
      requestID += (requestID.isEmpty ? "" : ",") + text(value)
    case 6 where matches(name, "accept"):
      accept += (accept.isEmpty ? "" : ",") + text(value)
    case 6 where matches(name, "expect"):
      hasExpectation = true
    case 8 where matches(name, "if-range"):
      ifRange = text(value)
    case 13 where matches(name, "if-none-match"):
      ifNoneMatch = (ifNoneMatch.map { $0 + "," } ?? "") + text(value)
    case 14 where matches(name, "sec-fetch-site"):
      fetchSite = fetchSite == .absent ? site(value) : .unknown
    case 14 where matches(name, "sec-fetch-mode"):
      fetchMode += (fetchMode.isEmpty ? "" : ",") + text(value)
    case 14 where matches(name, "content-digest"):
      contentDigest += (contentDigest.isEmpty ? "" : ",") + text(value)
    case 11 where matches(name, "repr-digest"):
      representationDigest += (representationDigest.isEmpty ? "" : ",") + text(value)
    case 13 where matches(name, "content-range"):
      contentRange = (contentRange.map { $0 + "," } ?? "") + text(value)
    case 14 where matches(name, "content-length"):
      contentLengthCount += 1
      contentLength = length(value)
    case 17 where matches(name, "transfer-encoding"):
      transferCodingCount += 1
      transferCodingIsChunked = matches(value, "chunked")
    default:
      if !hookFieldNames.isEmpty { addHookField(name, value) }
    }
  }

  private mutating func addHookField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    guard name.count <= HookCredential.fieldBytes.upperBound,
      value.count <= Self.hookFieldBytesMax
    else { return }
    let name = text(name).lowercased()
    guard hookFieldNames.contains(name) else { return }
    hookFields[name] = (hookFields[name].map { $0 + "," } ?? "") + text(value)
  }

  private func site(_ value: Span<UInt8>) -> FetchSite {
    switch text(value) {
    case "same-origin": .sameOrigin
    case "none": .none
    case "same-site": .sameSite
    case "cross-site": .crossSite
    default: .unknown
    }
  }

  private func length(_ value: Span<UInt8>) -> UInt64? {
    guard (1...Self.lengthDigitsMax).contains(value.count) else { return nil }
    var total: UInt64 = 0
    for index in value.indices {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(value[index]) else { return nil }
      total = total * 10 + UInt64(value[index] - UInt8(ascii: "0"))
    }
    return total
  }

  /// The value without the white space that may stand behind it (RFC 9110, section 5.5).
  private func text(_ value: Span<UInt8>) -> String {
    var count = value.count
    while count > 0, value[count - 1] == 0x20 || value[count - 1] == 0x09 { count -= 1 }
    // SAFETY: the bytes are read before the closure returns, which is within the life of the span.
    return unsafe value.withUnsafeBufferPointer { bytes in
      unsafe String(decoding: bytes.prefix(count), as: UTF8.self)
    }
  }

  /// Case-insensitive comparison with a text in lower case.
  private func matches(_ span: Span<UInt8>, _ lowercase: String) -> Bool {
    guard span.count == lowercase.utf8.count else { return false }
    var index = 0
    for wanted in lowercase.utf8 {
      let byte = span[index]
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      guard wanted == (isUpper ? byte | 0x20 : byte) else { return false }
      index += 1
    }
    return true
  }

  private func isToken(_ name: Span<UInt8>) -> Bool {
    for index in name.indices where !Self.tokenBytes[Int(name[index])] { return false }
    return !name.isEmpty
  }

  /// A bare CR survives libmicrohttpd inside of a value; so do other controls. Tabs are legal.
  private func hasControl(_ value: Span<UInt8>) -> Bool {
    for index in value.indices {
      let byte = value[index]
      if byte == 0x7f || (byte < 0x20 && byte != 0x09) { return true }
    }
    return false
  }

  /// `tchar` of RFC 9110, section 5.6.2.
  private static let tokenBytes: [Bool] = (0..<256).map { byte in
    guard byte < 0x80 else { return false }
    let scalar = Unicode.Scalar(UInt8(byte))
    return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar)
  }
}
