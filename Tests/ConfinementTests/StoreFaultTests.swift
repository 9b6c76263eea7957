import Glibc
import TestSupport
import Testing

/// The disk fails beneath the store: one call of it, then the next, then all for a while.
@Suite(.serialized)
struct StoreFaultTests {
  /// What the store asks of the kernel, with errors that it gives.
  private static let calls = [
    ("pwrite64", ["ENOSPC", "EIO", "EINTR"]), ("fdatasync", ["EIO", "ENOSPC"]),
    ("pread64", ["EIO", "EINTR"]), ("openat", ["EIO", "EMFILE"]), ("ftruncate", ["EIO"]),
    ("unlinkat", ["EIO"]), ("mkdirat", ["ENOSPC"]), ("newfstatat,fstat", ["EIO"]),
    ("fcntl", ["EIO", "EINTR"]),
  ]
  private static let program = "/usr/bin/head"
  /// More than is kept in a row, so that a file is made.
  private static let bytes = 70_000

  private static func faults(upTo last: Int) -> [ServiceInjector.Fault] {
    calls.flatMap { call, errors in
      errors.flatMap { error in
        // A kernel that is interrupted each time is none.
        ((1...last).map { "\($0)" } + (error == "EINTR" ? [] : ["1+"])).map {
          ServiceInjector.Fault(call: call, error: error, when: $0)
        }
      }
    }
  }

  /// A whole folder, because strace knows calls by what they name, or by what they go through.
  private static func paths(of process: RunnerProcess) -> [String] {
    let state = process.stateFolder
    return [state, "\(state)/out", "\(state)/lock"]
      + ["", "-wal", "-shm", "-journal"].map { "\(state)/jobs.db\($0)" }
  }

  private static func start(after process: RunnerProcess? = nil) throws -> RunningServer {
    try RunningServer(
      whitelist: [program], options: ["--running", "2", "-n", "100000"], predecessor: process)
  }

  private static func descriptors(of server: RunningServer) -> Int {
    Files.entries(of: "/proc/\(server.process.child.id)/fd")?.count ?? 0
  }

  // Proves P-051.
  @Test func `any call of the store may fail: what got a 202 is kept, and the rest says why not`()
    throws
  {
    var server = try Self.start()
    var accepted: [String] = []
    for _ in 0..<3 { accepted.append(try Self.run(on: server)) }
    var before = try Self.warmDescriptors(of: server)
    var refusals = 0
    for fault in Self.faults(upTo: 2) {
      let injector = try ServiceInjector(
        fault, into: server.process.child.id, paths: Self.paths(of: server.process))
      refusals += try Self.load(server, fault, &accepted)
      try injector.stop()
      if !ProcessTable.lives(server.process.child.id) {
        #expect(server.process.log.contains("error: "), "\(fault): \(server.process.log)")
        server = try Self.start(after: server.process)
        before = try Self.warmDescriptors(of: server)
      }
      accepted.append(try Self.run(on: server))
      for id in accepted { try Self.awaitEnd(of: id, on: server) }
      try waiting(until: "no descriptor to be left (\(fault))") {
        Self.descriptors(of: server) <= before
      }
      accepted = Array(accepted.suffix(8))
    }
    #expect(refusals > 0, "no fault was ever noticed")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  /// How many are open once what is opened once is open.
  private static func warmDescriptors(of server: RunningServer) throws -> Int {
    for _ in 0..<4 { _ = try run(on: server) }
    _ = try server.client.get("/jobs")
    return descriptors(of: server)
  }

  /// Runs a job to its end, as soon as the store takes it.
  private static func run(on server: RunningServer) throws -> String {
    var latest = ""
    do {
      let id: String = try waiting(for: "a job to be accepted") {
        let reply = try server.client.post(body(bytes))
        latest = "\(reply.startLine) \(reply.text)"
        return reply.status == 202 ? try JSONValue(reply.text)["id"]?.string : nil
      }
      try awaitEnd(of: id, on: server)
      return id
    } catch { throw TestFailure("\(error): \(latest); it logged:\n\(server.process.log)") }
  }

  /// Waits until a job has exited with 0. Its document is long, so it is not taken apart.
  private static func awaitEnd(of id: String, on server: RunningServer) throws {
    try waiting(until: "the end of job \(id)") {
      let reply = try server.client.get("/\(id)")
      guard reply.status == 200 else { throw TestFailure("job \(id): \(reply.text)") }
      guard ByteSearch.value(of: "status", in: reply.body) == "finished" else { return false }
      let rest = String(decoding: reply.body.suffix(4000), as: UTF8.self)
      guard rest.contains("\"code\":0,") else { throw TestFailure("job \(id): \(rest)") }
      return true
    }
  }

  private static func body(_ bytes: Int) -> String {
    "{\"command\":\"\(program)\",\"args\":[\"-c\",\"\(bytes)\",\"/dev/zero\"]}"
  }

  /// All that makes the store do something.
  ///
  /// - Returns: how often it said that it could not.
  private static func load(
    _ server: RunningServer, _ fault: ServiceInjector.Fault, _ accepted: inout [String]
  ) throws -> Int {
    var refusals = 0
    let requests = [
      ("POST", "/", body(10)), ("POST", "/", body(bytes)), ("GET", "/jobs?limit=2", nil),
      ("GET", "/\(accepted[0])", nil), ("DELETE", "/\(accepted[1])", nil),
      ("POST", "/", body(bytes)),
    ]
    // SQLite tries for ten seconds to get a lock before it says that it cannot.
    let isSlow = fault.call == "fcntl" && fault.when == "1+"
    for (method, target, body) in requests.prefix(isSlow ? 1 : requests.count) {
      let reply = try server.client.ask(method, target, body: body.map { Array($0.utf8) })
      switch reply.status {
      case 200: break
      case 202: accepted.append(try #require(JSONValue(reply.text)["id"]?.string))
      case 204:
        accepted.remove(at: 1)
      case 409 where method == "DELETE": break
      case 500...599:
        refusals += 1
        #expect(try JSONValue(reply.text)["error"]?.string?.isEmpty == false, "\(reply.text)")
      default: Issue.record("\(fault): \(method) \(target): \(reply.startLine) \(reply.text)")
      }
    }
    return refusals
  }

  // Proves P-051.
  @Test func `a start on a disk that fails says so, and the next one finds everything`() throws {
    let first = try Self.start()
    var accepted: [String] = []
    for _ in 0..<3 { accepted.append(try Self.run(on: first)) }
    let documents = try accepted.map { try first.client.get("/\($0)").body }
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    var process = first.process
    var failed = 0
    for fault in Self.faults(upTo: 1) {
      let begun = try RunnerProcess(
        whitelist: [Self.program], predecessor: process,
        wrapper: ["/usr/bin/strace", "--seccomp-bpf"] + fault.words(paths: Self.paths(of: process)))
      process = begun
      let isUp: Bool = try waiting(for: "the service to listen or to end (\(fault))") {
        if begun.log.contains("listening on") { return true }
        return ProcessTable.lives(begun.child.id) ? nil : false
      }
      if !isUp {
        failed += 1
        #expect(begun.log.contains("http-runner: error: "), "\(fault): \(begun.log)")
        #expect(try begun.child.wait() != .exited(0))
      }
      for id in begun.processes(of: "http-runner") { kill(id, SIGKILL) }
      _ = try begun.child.wait()
      try waiting(until: "the service to be gone (\(fault))") {
        ProcessTable.processes(of: begun.users).isEmpty
      }
    }
    #expect(failed > 0)
    let last = try Self.start(after: process)
    for (id, document) in zip(accepted, documents) {
      #expect(ByteSearch.areSame(try last.client.get("/\(id)").body, document), "job \(id)")
    }
    #expect(!last.process.log.contains("damaged"), "\(last.process.log)")
    #expect(try last.stop() == .exited(0))
  }
}
