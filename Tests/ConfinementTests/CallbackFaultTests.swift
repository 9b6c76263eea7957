import TestSupport
import Testing

/// The network fails beneath the thread that sends callbacks: one call of it, then the next, then
/// all until a try has failed.
@Suite(.serialized)
struct CallbackFaultTests {
  /// What libcurl asks of the kernel for one callback, with errors that it gives, and how many of
  /// them it makes. To close is not among them: what was not closed would stay.
  private static let calls = [
    ("socket", ["EMFILE", "ENOBUFS"], 1),
    ("connect", ["ENETUNREACH", "ECONNREFUSED", "EADDRNOTAVAIL", "EINTR"], 1),
    ("sendto", ["ECONNRESET", "ENOBUFS", "EIO", "EINTR"], 2),
    ("recvfrom", ["ECONNRESET", "EIO", "EINTR"], 4), ("poll", ["EINTR", "ENOMEM", "EIO"], 4),
    ("getsockopt", ["ENOBUFS", "EIO"], 1), ("setsockopt", ["ENOBUFS"], 1),
    ("getsockname", ["ENOBUFS"], 2), ("getpeername", ["ENOTCONN"], 1),
  ]

  private static let faults = calls.flatMap { call, errors, last in
    errors.flatMap { error in
      // A kernel that is interrupted each time is none.
      ((1...last).map { "\($0)" } + (error == "EINTR" ? [] : ["1+"])).map {
        ServiceInjector.Fault(call: call, error: error, when: $0)
      }
    }
  }

  private static func start(options: [String] = []) throws -> RunningServer {
    // After five failures in a row a receiver rests for a second, which other tests wait for.
    let retries = Array(repeating: "\"100ms\"", count: 20).joined(separator: ", ")
    return try RunningServer(
      whitelist: [], options: options,
      config: """
        {service: {callbacks: {retries: [\(retries)]}}, entries: {echo: {path: "/bin/echo"}}}
        """)
  }

  /// The thread that speaks to receivers: the one that waits in poll(2), for a minute at most.
  private static func thread(of server: RunningServer) throws -> Int32 {
    let process = server.process.child.id
    return try waiting(for: "the thread that sends callbacks") {
      ServiceInjector.threads(of: process).first { thread in
        let call = (Files.text(of: "/proc/\(process)/task/\(thread)/syscall") ?? "")
          .split(separator: " ")
        return call.count > 3 && call[3] == "0xea60"
      }
    }
  }

  private static func report(_ server: RunningServer, _ id: String) throws -> JSONValue {
    try JSONValue(server.client.get("/\(id)/callbacks").text)
  }

  private static func words(_ report: JSONValue) -> [String] {
    (report["attempts"]?.array ?? []).map { attempt in
      attempt["error"]?.string ?? attempt["status"]?.integer.map { "\($0)" } ?? "?"
    }
  }

  private static func descriptors(of server: RunningServer) -> Int {
    Files.entries(of: "/proc/\(server.process.child.id)/fd")?.count ?? 0
  }

  // Proves P-056.
  @Test func `any call of a callback may fail: it is tried again, arrives, and nothing is left`()
    throws
  {
    let server = try Self.start()
    let receiver = try TortureReceiver(nil)
    defer { receiver.stop() }
    let thread = try Self.thread(of: server)
    let tell = { (path: String) throws in
      try server.submit("echo", [path], callback: "http://127.0.0.1:\(receiver.port)/\(path)")
    }
    let arrive = { (id: String, fault: String) throws in
      try waiting(for: "the callback to be delivered (\(fault))") {
        let report = try Self.report(server, id)
        return report["state"]?.string == "delivered" ? Self.words(report) : nil
      }
    }
    for count in 0..<4 { _ = try arrive(try tell("warm\(count)"), "none") }
    let before = Self.descriptors(of: server)
    var failed: Set<String> = []
    for (index, fault) in Self.faults.enumerated() {
      let injector = try ServiceInjector(fault, into: server.process.child.id, thread: thread)
      let id = try tell("told\(index)")
      try waiting(until: "a try to have ended (\(fault))") {
        try !Self.words(Self.report(server, id)).isEmpty
      }
      try injector.stop()
      let words = try arrive(id, "\(fault)")
      #expect(words.last == "200", "\(fault): \(words)")
      for word in words.dropLast() {
        failed.insert(fault.call)
        #expect(
          ["connection_failed", "reply_broken", "timeout"].contains(word), "\(fault): \(words)")
      }
      let deliveries = receiver.deliveries["told\(index)"] ?? []
      #expect(!deliveries.isEmpty && deliveries.allSatisfy { $0.name == id && $0.job == id })
      #expect(Set(deliveries).count == 1, "\(fault): \(deliveries)")
      try waiting(until: "no descriptor to be left (\(fault))") {
        Self.descriptors(of: server) <= before
      }
    }
    #expect(failed.isSuperset(of: ["socket", "connect", "sendto", "recvfrom"]), "\(failed)")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  // Proves P-056.
  /// Whether an address is the service's own is asked of the kernel.
  @Test func `where the kernel cannot say whose an address is, nothing is sent and nothing lost`()
    throws
  {
    let server = try Self.start(options: ["-i", "0.0.0.0", "--insecure-no-auth"])
    let fault = ServiceInjector.Fault(call: "socket", error: "EMFILE", when: "1+")
    let injector = try ServiceInjector(
      fault, into: server.process.child.id, thread: Self.thread(of: server))
    let id = try server.submit(
      "echo", ["x"], callback: "http://localhost:\(server.client.port)/")
    try waiting(until: "two tries") { try Self.words(Self.report(server, id)).count > 1 }
    #expect(try Self.report(server, id)["state"]?.string == "owed")
    try injector.stop()
    let words: [String] = try waiting(for: "it to be given up") {
      let report = try Self.report(server, id)
      return report["state"]?.string == "given_up" ? Self.words(report) : nil
    }
    #expect(words.last == "address_refused")
    #expect(words.dropLast().allSatisfy { $0 == "connection_failed" })
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
