@testable import NetworkBase
@testable import RunnerAccess
@testable import RunnerCore
@testable import RunnerHTTP

/// Single fields of a request.
extension FuzzTarget {
  static let fields = [
    range, eventID, idempotencyKey, waitPreference, forwarded, cookie, login, files,
  ]

  private static let messages = "Sources/Runner/HTTP/Messages/"

  private static let range = FuzzTarget(
    "range", of: ["\(messages)ByteRange.swift"], bytesMax: 64,
    texts: ["bytes=0-99", "bytes=-5", "bytes=7-", "bytes=0-1,4-5", "lines=1-2"]
  ) { text in
    for count in [0, 1, 99, Int.max] {
      guard case .part(let range) = ByteRange(text, of: count) else { continue }
      hold(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count, "within \(count)")
    }
  }

  private static let files = FuzzTarget(
    "file-fields",
    of: [
      "\(messages)ContentRange.swift", "\(messages)DigestField.swift",
      "\(messages)PercentEncoding.swift", "Sources/Runner/Core/Files/FileName.swift",
      "Sources/Runner/Core/Files/FilePattern.swift",
    ], bytesMax: 200,
    texts: [
      "bytes 0-3/8", "bytes 4-7/*", "sha-256=:" + String(repeating: "A", count: 43) + "=:",
      "a%20b", "clip.mkv", "*.mp?", "..", "md5=:AA==:, sha-512=:AA==:",
    ]
  ) { text in
    if let range = ContentRange(text) {
      hold(range.offset >= 0 && range.byteCount > 0, "a piece has bytes")
      hold(range.total.map { range.offset + range.byteCount <= $0 } ?? true, "within its file")
    }
    for digest in DigestField.digests(in: text) ?? [] {
      hold(digest.bytes.count == digest.algorithm.byteCount, "a digest has its length")
    }
    let decoded = PercentEncoding.bytes(of: text)
    hold(decoded.count <= text.utf8.count, "decoding shortens")
    guard let name = try? FileName(decoded) else { return }
    hold((1...FileName.bytesMax).contains(name.text.utf8.count), "a name is bounded")
    hold(!name.text.contains("/") && !name.text.hasPrefix("."), "a name is one component")
    hold((try? FileName(Array(name.text.utf8))) == name, "a name is read as written")
    if let pattern = FilePattern(name.text), !name.text.contains("*"), !name.text.contains("?") {
      hold(pattern.matches(name), "a name matches itself")
    }
    hold(FilePattern("*")?.matches(name) == true, "a star matches all")
  }

  private static let eventID = FuzzTarget(
    "last-event-id", of: ["Sources/Runner/HTTP/Following/EventID.swift"], bytesMax: 96,
    texts: ["1-2-4096-17", "1-0-0-0", "2-4-999999999999999999-0", "0-1-2-3"]
  ) { text in
    guard let id = EventID(text) else { return }
    hold(id.attempt > 0 && id.stdout >= 0 && id.stderr >= 0, "counts of bytes and runs")
    hold(EventID(id.text) == id, "\(id.text) is read as it was written")
  }

  private static let idempotencyKey = FuzzTarget(
    "idempotency-key", of: ["\(messages)IdempotencyKey.swift"], bytesMax: 300,
    texts: ["8e03978e-40d5-43dd-bc93-6894a57f9324", "\"a b\"", "\"", "\"\""]
  ) { text in
    var fields = HeaderFields()
    let name = Array("Idempotency-Key".utf8)
    let value = Array(text.utf8)
    fields.add(name: name.span, value: value.span)
    guard let key = try? IdempotencyKey.key(in: fields) else { return }
    hold((1...IdempotencyKey.bytesMax).contains(key.utf8.count), "a key is bounded")
    hold(key.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "a key is printable")
    fields.add(name: name.span, value: value.span)
    hold((try? IdempotencyKey.key(in: fields)) == nil, "a key stands once")
  }

  private static let waitPreference = FuzzTarget(
    "prefer", of: ["\(messages)WaitPreference.swift"], bytesMax: 96,
    texts: ["wait=10", "respond-async; wait = \"5\"", "wait=99999999999999999999", "a,wait=3"]
  ) { text in
    var fields = HeaderFields()
    fields.add(name: Array("Prefer".utf8).span, value: Array(text.utf8).span)
    let request = Request(
      method: .get, version: .http11, endsInSlash: false, fields: fields,
      query: Query(lenient: ""),
      caller: Caller(principal: Principal(name: "a"), grant: .nothing, evidence: .address),
      body: .whole([]), address: PeerAddress("192.0.2.1")!,
      source: RequestSource(
        address: PeerAddress("192.0.2.1")!, methods: [.none], isEncrypted: false,
        evidence: { .none }), id: .next())
    let seconds = try? WaitPreference.seconds(request)
    hold((0...LongPollWaiter.secondsMax).contains(seconds ?? -1), "a wait is bounded")
  }

  private static let cookie = FuzzTarget(
    "cookie",
    of: [
      "\(messages)SessionCookie.swift", "Sources/Runner/Access/Sessions/SessionSecret.swift",
    ],
    texts: [
      "__Host-http-runner=" + String(repeating: "0f", count: 32), "a=b; http-runner = 00; c",
      "http-runner=" + String(repeating: "a1", count: 32) + "; http-runner=1", ";;=;",
    ]
  ) { text in
    for isEncrypted in [true, false] {
      guard let secret = SessionCookie.secret(in: text, isEncrypted: isEncrypted) else { continue }
      hold(secret.text.utf8.count == 64, "a secret has its length")
      hold(text.contains("=") && text.contains(secret.text), "a secret was sent")
      let field = SessionCookie.field(setting: secret, for: 1, isSecure: isEncrypted)
      let pair = String(field.prefix { $0 != ";" })
      let again = SessionCookie.secret(in: pair, isEncrypted: isEncrypted)
      hold(again?.text == secret.text, "what is set comes back")
    }
  }

  private static let login = FuzzTarget(
    "login", of: ["Sources/Runner/HTTP/Routes/LoginForm.swift"], bytesMax: 128,
    texts: ["token=hrun_1", "{\"token\": \"hrun_1\"}", "token=%41+b", "token=a&token=b", " {}"]
  ) { text in
    guard let form = try? LoginForm(Array(text.utf8)) else { return }
    hold(form.token.utf8.count <= text.utf8.count, "a token was sent")
    let asForm = form.token.utf8.map { byte in
      "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    hold(
      form.token.isEmpty
        || (try? LoginForm(Array("token=\(asForm.joined())".utf8)))?.token == form.token,
      "a form says the same")
  }

  private static let forwarded = FuzzTarget(
    "forwarded",
    of: [
      "\(messages)ProxyField.swift", "\(messages)PeerAddress.swift", "\(messages)ProxyList.swift",
      "Sources/Base/Network/NetworkAddress.swift",
    ],
    texts: [
      "192.0.2.1, 198.51.100.2:4711", "2001:db8::17, [2001:db8::18]:80",
      "for=192.0.2.60;proto=http;by=203.0.113.43, for=\"[2001:db8:cafe::17]:4711\"",
      "::ffff:1.2.3.4",
    ]
  ) { text in
    for field in ProxyField.allCases {
      let addresses = field.addresses(in: text)
      hold(addresses.count <= 32, "elements are bounded")
      for address in addresses {
        hold([4, 16].contains(address.whole.count), "an address has its bytes")
        let known = NetworkAddress(bytes: address.whole)
        hold(known.flatMap { PeerAddress("\($0)") } == address, "an address is read as written")
      }
    }
    guard let address = NetworkAddress(text) else { return }
    hold(NetworkAddress("\(address)") == address, "\(address) is read as it was written")
    hold(
      text.utf8.allSatisfy { $0 >= 0x2e && $0 <= 0x66 }, "an address has digits, colons and points")
  }
}
