import CoreTestSupport
import Dispatch
import Glibc
import RunnerAccess
import RunnerCore
import SystemBase
import TestSupport

@testable import RunnerHTTP

/// A real server on a free port of 127.0.0.1, over an engine whose launcher runs nothing.
struct TestServer: Sendable {
  static let program = "/bin/program"

  let port: UInt16
  let engine: JobEngine
  let server: HTTPServer
  let metrics: MetricRegistry
  let authenticator: Authenticator

  /// Serves while `body` runs, which may block: it has a thread of its own, because the threads of
  /// tasks are few and the server needs them.
  static func run<Result: Sendable>(
    _ settings: HTTPSettings = HTTPSettings(), limits: EngineLimits = EngineLimits(),
    launcher: any JobLauncher = FakeLauncher(), files: (any OutputStorage)? = nil,
    store: (any JobStore)? = nil, table: RouteTable = .service,
    access: AccessRules = .nothing, tls: TLSSource? = nil, clock: any WallClock = StillClock(),
    monitor: any ServiceMonitor = FakeMonitor(), onDrain: @escaping @Sendable () -> Void = {},
    audit: any AuditLog = NoAuditLog(), commands: [EntryCommand] = [], hooks: [EntryHook] = [],
    _ body: @escaping @Sendable (TestServer) throws -> Result
  ) async throws -> Result {
    let metrics = MetricRegistry()
    let authenticator = Authenticator(access, clock: clock)
    let engine = engine(
      launcher, limits, files, store, quotas: authenticator, metrics: metrics, commands: commands,
      hooks: hooks)
    let server = HTTPServer(
      settings: settings, engine: engine,
      authenticator: authenticator, log: SilentLog(),
      metrics: metrics, monitor: monitor, audit: audit, onDrain: onDrain, table: table)
    let (socket, port) = try listen()
    if let tls {
      let methods: Set<AuthenticationMethod> = [.none]
      try server.start([
        HTTPListener(SharedDescriptor(adopting: socket), methods: methods, tls: tls)
      ])
    } else {
      try server.start(listening: socket)
    }
    let test = TestServer(
      port: port, engine: engine, server: server, metrics: metrics, authenticator: authenticator)
    let result = await onOwnThread { try body(test) }
    await server.stop()
    await engine.shutDown()
    return try result.get()
  }

  /// An engine that knows one program.
  static func engine(
    _ launcher: any JobLauncher, _ limits: EngineLimits = EngineLimits(),
    _ files: (any OutputStorage)? = nil, _ store: (any JobStore)? = nil,
    quotas: any QuotaResolver = NoQuotas(), metrics: any Metrics = NoMetrics(),
    entry progress: EntryProgress? = nil, commands: [EntryCommand] = [], hooks: [EntryHook] = []
  ) -> JobEngine {
    let budget = OutputBudget(bytesMax: 256 << 20)
    var entry = EngineEntry(name: program, progress: progress)
    entry.commands = commands
    entry.hooks = hooks
    return JobEngine(
      entries: [entry], limits: limits, budget: budget,
      ports: EnginePorts(
        whitelist: ExactWhitelist([program]), launcher: launcher, callbacks: FakeCallbacks(),
        store: store ?? MemoryStore(endedMax: 100, budget: budget), outputStorage: files,
        quotas: quotas, clock: StillClock(), log: SilentLog(), metrics: metrics))
  }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// One request on a connection of its own, and its response.
  func ask(_ request: String) throws -> RawResponse {
    let client = try client()
    client.send(request)
    return try client.response(toHead: request.hasPrefix("HEAD"))
  }

  func get(_ target: String, _ fields: String = "") throws -> RawResponse {
    try ask("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(fields)\r\n")
  }

  func post(_ body: String, _ fields: String = "") throws -> RawResponse {
    try ask(submission(body, fields))
  }

  /// The text of a request to submit `body`.
  func submission(_ body: String, _ fields: String = "") -> String {
    """
    POST / HTTP/1.1\r
    Host: 127.0.0.1:\(port)\r
    Content-Length: \(body.utf8.count)\r
    \(fields)\r
    \(body)
    """
  }

  /// Submits a job that does what `arguments` say.
  ///
  /// - Returns: its path.
  func submit(_ arguments: String) throws -> String {
    let answer = try post(#"{"command":"\#(Self.program)","args":"\#(arguments)"}"#)
    guard answer.status == 202, let location = answer.fields["location"] else {
      throw RawClient.Failure.cut(after: answer.body)
    }
    return "/" + location
  }

  /// Waits until the job at `path` has ended, and reads it.
  func ended(_ path: String) throws -> RawResponse {
    try awaitEnd(path)
    return try get(path)
  }

  /// Waits until so many requests have begun that have no answer yet: a server that stops cuts off
  /// those that it has not read.
  func awaitRequests(_ count: Int) throws {
    let line = "\n\(Metric.httpRequestsInFlight.name) \(count)\n"
    try TestSupport.waiting(until: "\(count) requests to be read") { metrics.text().contains(line) }
  }

  func awaitEnd(_ path: String) throws {
    guard let id = JobID(path.dropFirst()) else {
      throw RawClient.Failure.cut(after: Array(path.utf8))
    }
    let end = DispatchSemaphore(value: 0)
    let waiting = Task {
      // The engine tells nobody of an end, but it ends soon.
      while engine.job(id)?.outcome == nil { try await Task.sleep(for: .milliseconds(2)) }
      end.signal()
    }
    defer { waiting.cancel() }
    guard end.wait(timeout: .now() + 60) == .success else {
      throw RawClient.Failure.timedOut(after: Array(path.utf8))
    }
  }

  private static func listen() throws -> (socket: CInt, port: UInt16) {
    let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw RawClient.Failure.call("socket", errno) }
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard unsafe bind(socket, pointer, length) == 0 else { return CInt(-1) }
        guard Glibc.listen(socket, 1024) == 0 else { return CInt(-1) }
        return unsafe getsockname(socket, pointer, &length)
      }
    }
    guard result == 0 else { throw RawClient.Failure.call("bind", errno) }
    return (socket, UInt16(bigEndian: address.sin_port))
  }
}

/// Runs blocking work beside the threads of tasks.
func onOwnThread<Success: Sendable>(
  _ body: @escaping @Sendable () throws -> Success
) async -> Result<Success, any Error> {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "blocking test work").async {
      continuation.resume(returning: Result { try body() })
    }
  }
}
