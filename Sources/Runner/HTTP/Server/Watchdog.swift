import Glibc
import RunnerCore
import Synchronization
import SystemBase

/// A thread that shuts down connections whose deadline has passed, and resumes those whose
/// handshake or transfer can go on. libmicrohttpd's own limit counts inactivity only: one byte now
/// and then would hold a connection open for ever.
final class Watchdog: Sendable {
  private struct State {
    var arrivals: [LingeringSocket] = []
    var isStopping = false
    var thread: DedicatedThread?
  }

  /// Sockets that linger at one time; what comes on top is closed at once.
  private static let lingeringMax = 128

  /// Sockets that wait for their clients: this thread wakes them.
  let sockets: SocketPoller
  private let table: ConnectionTable
  private let timeoutResponse: Response
  private let onTimeout: @Sendable (Connection, RequestID, Response) -> Void
  private let tickMilliseconds: CInt
  private let wakeup: WakeupPipe
  private let state = Mutex<State>(State())
  /// The thread polls without a timeout, until it is notified.
  private let isIdle = Atomic<Bool>(false)

  /// - Parameter onTimeout: called with each request that did not arrive in time, and its answer,
  ///   under the lock of its connection: it must not block.
  /// - Throws: `HTTPServerFailure` when the kernel gives no socket pair.
  init(
    table: ConnectionTable, settings: HTTPSettings,
    onTimeout: @escaping @Sendable (Connection, RequestID, Response) -> Void
  ) throws(HTTPServerFailure) {
    self.table = table
    self.onTimeout = onTimeout
    self.sockets = try SocketPoller()
    do throws(WakeupPipe.Failure) {
      self.wakeup = try WakeupPipe()
    } catch {
      throw HTTPServerFailure(call: "socketpair", code: error.code)
    }
    let shortest = min(
      settings.headerTime, settings.bodyTime, settings.idleTime, settings.heartbeatInterval)
    self.tickMilliseconds = CInt(min(max(shortest / .milliseconds(1) / 8, 10), 500))
    self.timeoutResponse = Response.problem(
      .requestTimeout,
      """
      The header fields must come within \(settings.headerTime), the body within \
      \(settings.bodyTime).
      """
    )
  }

  /// - Throws: `HTTPServerFailure` when the kernel gives no thread.
  func start() throws(HTTPServerFailure) {
    do throws(DedicatedThread.Failure) {
      let thread = try DedicatedThread { [self] in run() }
      state.withLock { $0.thread = thread }
    } catch {
      throw HTTPServerFailure(call: "pthread_create", code: error.code)
    }
  }

  /// Ends the thread, and whatever lingers.
  func stop() {
    let thread = state.withLock { state in
      state.isStopping = true
      return state.thread.take()
    }
    guard let thread else { return }
    wakeup.notify()
    // Only one caller gets it.
    thread.join()
  }

  /// A connection was put into the table.
  func connectionBegan() {
    if isIdle.exchange(false, ordering: .sequentiallyConsistent) { wakeup.notify() }
  }

  func linger(on socket: SharedDescriptor) {
    state.withLock { $0.arrivals.append(LingeringSocket(socket)) }
    wakeup.notify()
  }

  private func run() {
    ThreadRole.connectionWatchdog.adopt()
    var scratch = LingeringSocket.scratch()
    var lingering: [LingeringSocket] = []
    var nextScan = ContinuousClock.now
    while dequeueArrivals(into: &lingering) {
      sockets.resumeReady()
      let now = ContinuousClock.now
      // Sockets wake this thread far more often than there are deadlines.
      if now >= nextScan {
        for connection in table.all() { expire(connection, at: now) }
        nextScan = now + .milliseconds(Int(tickMilliseconds))
      }
      lingering = lingering.compactMap { socket in
        var socket = socket
        return socket.drain(at: now, into: &scratch) ? socket : nil
      }
      wait(lingering)
    }
  }

  private func expire(_ connection: Connection, at now: ContinuousClock.Instant) {
    connection.expire(at: now) { id, hasRequest in
      // A connection on which nothing was ever asked is no request.
      if hasRequest { onTimeout(connection, id, timeoutResponse) }
      return timeoutResponse.message(of: id)
    }
  }

  /// Keeps no other reference to them: a thread that sleeps until there is a connection again would
  /// hold open what is over.
  ///
  /// - Returns: false when the thread is to end.
  private func dequeueArrivals(into lingering: inout [LingeringSocket]) -> Bool {
    ThreadRole.connectionWatchdog.assertCurrent()
    let (arrivals, isStopping) = state.withLock { state in
      defer { state.arrivals = [] }
      return (state.arrivals, state.isStopping)
    }
    lingering += arrivals.prefix(max(0, Self.lingeringMax - lingering.count))
    return !isStopping
  }

  /// Until the next tick; without connections until one begins, or a transfer that outlived its own
  /// can go on.
  private func wait(_ lingering: [LingeringSocket]) {
    guard lingering.isEmpty, table.isEmpty else {
      wakeup.wait(
        beside: [sockets.epoll] + lingering.map(\.socket), milliseconds: tickMilliseconds)
      return
    }
    // Set before the table is read again: a connection that begins in between notifies.
    isIdle.store(true, ordering: .sequentiallyConsistent)
    if table.isEmpty { wakeup.wait(beside: [sockets.epoll], milliseconds: -1) }
    isIdle.store(false, ordering: .sequentiallyConsistent)
  }
}
