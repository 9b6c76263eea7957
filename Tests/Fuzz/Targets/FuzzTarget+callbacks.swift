@testable import NetworkBase
@testable import RunnerCallbacks
@testable import RunnerConfiguration
@testable import RunnerCore
@testable import TextFormats

/// URLs of callbacks, what receivers answer, and signatures.
extension FuzzTarget {
  static let callbacks = [url, retryAfter, signature]

  private static let url = FuzzTarget(
    "callback-url",
    of: [
      "Sources/Runner/Callbacks/CallbackTarget.swift", "Sources/Runner/Callbacks/CurlURL.swift",
      "Sources/Runner/Core/Outbox/CallbackURL.swift",
    ],
    texts: [
      "http://192.0.2.7:8080/done", "https://user:secret@a.example/b?c=d#e", "HTTP://[::1]/",
      "http://0x7f.1/", "http://é.example/ü?ö", "http:///a", "http://a@b@c/",
      "http://a.%25%25.%7f/",
    ]
  ) { text in
    _ = CallbackURL.origin(of: text)
    let shown = CallbackURL.redacted(text).utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
    hold(!shown.contains { "?#".utf8.contains($0) }, "no query in what is shown")
    let authority = shown.prefix { $0 != UInt8(ascii: "/") }
    hold(!authority.contains(UInt8(ascii: "@")), "no user in what is shown")
    guard let target = try? CallbackTarget(text) else { return }
    hold(!target.shown.utf8.contains { "?#".utf8.contains($0) }, "no query in what is shown")
    guard let again = try? CallbackTarget(target.url) else {
      fatalError("\(target.url) is not read as it was written")
    }
    hold(again.url == target.url, "one text for one URL")
    hold(!again.namesUser, "no user is sent")
    hold(again.endpoint?.address == target.endpoint?.address, "the same address")
    hold(again.endpoint?.port == target.endpoint?.port, "the same port")
    if let endpoint = target.endpoint { hold((0...65_535).contains(endpoint.port), "a port") }
  }

  private static let retryAfter = FuzzTarget(
    "retry-after",
    of: ["Sources/Runner/Core/Callbacks/BackoffSchedule.swift"], bytesMax: 16,
    seeds: [[1, 0, 0x97, 120], [9, 1, 0xad, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]]
  ) { bytes in
    guard bytes.count > 3 else { return }
    // As libcurl hands it over: a whole number of seconds, or none.
    let seconds = bytes.dropFirst(3).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    let result = CallbackResult.answered(
      status: Int(bytes[1]) << 8 | Int(bytes[2]),
      retryAfterSeconds: Int(clamping: seconds) == 0 ? nil : Int(clamping: seconds))
    let schedule = BackoffSchedule()
    let now = Timestamp(microseconds: 1_800_000_000_000_000)
    let state = schedule.state(
      after: result, tries: Int(bytes[0]), since: now, at: now, chance: Double(bytes[3]) / 256)
    guard case .scheduled(let next) = state else { return }
    hold(next > now, "an attempt is later")
    hold(next <= now.adding(seconds: schedule.longestDelaySeconds), "no delay is over its bound")
  }

  private static let signature = FuzzTarget(
    "webhook-signature",
    of: [
      "Sources/Runner/Callbacks/WebhookSignature.swift",
      "Sources/Runner/Callbacks/WebhookSecret.swift",
      "Sources/Runner/Configuration/Values/CallbackSecret.swift",
    ],
    texts: [
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nbody", "whsec_AA==\n", "whsec_\n{}",
      "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ]
  ) { text in
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let configured = try? CallbackSecret(String(parts[0])) else { return }
    guard let secret = WebhookSecret(configured.bytes) else {
      fatalError("a configured secret is none of the sender")
    }
    hold(!"\(secret) \(configured)".contains(parts[0].dropFirst(6)), "no text holds a secret")
    let body = Array((parts.count > 1 ? parts[1] : "").utf8)
    let whole = WebhookSignature("a", at: 1, with: [secret])
    whole?.append(body)
    let cut = WebhookSignature("a", at: 1, with: [secret])
    for byte in body { cut?.append([byte]) }
    guard let value = whole?.finish() else { return }
    hold(value == cut?.finish(), "pieces have the signature of the whole")
    hold(value.hasPrefix("v1,") && Base64.decode(value.dropFirst(3))?.count == 32, "its form")
  }
}
