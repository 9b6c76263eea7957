@testable import RunnerClient

/// What the client reads of a service and of a job.
extension FuzzTarget {
  static let client = [serverEvents, terminal, address]

  private static let folder = "Sources/Runner/Client/"

  private static let serverEvents = FuzzTarget(
    "server-events", of: ["\(folder)Documents/ServerEventParser.swift"],
    seeds: [
      ": heartbeat\n\nevent: status\nid: 1-1-0-0\ndata: {}\n\n", "data:a\rdata:b\r\r", "data\n\n",
    ].map { Array($0.utf8) }
  ) { bytes in
    var whole = ServerEventParser()
    let events = whole.read(bytes)
    var parts = ServerEventParser()
    var pieces: [ServerEvent] = []
    for byte in bytes { pieces += parts.read([byte]) ?? [] }
    hold(events == pieces, "pieces make what the whole makes")
    hold(pieces.allSatisfy { $0.id?.utf8.contains(0) != true }, "an id has no NUL")
  }

  private static let terminal = FuzzTarget(
    "terminal", of: ["\(folder)Terminal/TerminalFilter.swift"],
    seeds: ["a\u{1b}[31mb\u{1b}]0;t\u{7}c\u{9b}2Jd€\u{202e}e\n"].map { Array($0.utf8) }
  ) { bytes in
    var whole = TerminalFilter()
    let shown = whole.shown(bytes)
    var parts = TerminalFilter()
    hold(bytes.flatMap { parts.shown([$0]) } == shown, "pieces make what the whole makes")
    let text = String(validating: shown, as: UTF8.self)
    hold(text != nil, "what is shown is UTF-8")
    let steering = text?.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x08, 0x09, 0x0a, 0x0d: false
      default: scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      }
    }
    hold(steering == false, "nothing that is shown steers a terminal")
  }

  private static let address = FuzzTarget(
    "service-address", of: ["\(folder)Settings/ServiceAddress.swift"],
    texts: ["https://a:1/b/", "unix:/a", "[::1]:9000", "127.0.0.1"]
  ) { text in
    guard let address = try? ServiceAddress(text) else { return }
    hold(!address.url.contains("@") && !address.url.hasSuffix("/"), "no user, no slash at its end")
  }
}
