import CMicroHTTPD
import Glibc
import RunnerCore
import Synchronization
import SystemBase

/// libmicrohttpd: the only file that knows it. Turns its callbacks into calls of `Exchange` and
/// `Connection`, and answers into its responses. One thread of the library does all of it, so
/// nothing here may block.
final class Daemon: Sendable {
  let service: HTTPService
  let settings: HTTPSettings
  private let log: any Logger
  /// Its listener, and the number of that among those of the server.
  let listener: HTTPListener
  let listenerNumber: Int
  let table: ConnectionTable
  let watchdog: Watchdog
  let messages: ConnectionMessages
  let isAccepting = Atomic<Bool>(true)
  /// Where the library's daemon is, while it runs. A number, since pointers are not Sendable; only
  /// `start` writes and only `stop` takes it.
  private let address = Mutex<UInt?>(nil)
  /// What the library tells its refusals to, until it has stopped.
  private let refusals = Mutex<UInt?>(nil)

  /// Connections beyond the limit that the library still accepts, so that they get a 503.
  private static let connectionReserve = 64
  /// How much is asked for at once, of an answer and of one whose length is not known: chunks of
  /// that are made in the memory of the connection.
  private static let (blockBytes, followedBytes) = (64 << 10, 4 << 10)

  /// - Parameter number: that of the listener among those of the server.
  init(
    _ listener: HTTPListener, number: Int, service: HTTPService, table: ConnectionTable,
    watchdog: Watchdog, log: any Logger
  ) {
    self.listener = listener
    self.listenerNumber = number
    self.settings = service.settings
    self.service = service
    self.log = log
    self.table = table
    self.watchdog = watchdog
    self.messages = ConnectionMessages(settings)
  }

  /// - Throws: `HTTPServerFailure` where the library does not start.
  func start() throws(HTTPServerFailure) {
    // The library closes what it is given when it stops, so it is given a descriptor of its own.
    let listening = fcntl(listener.socket.fd, F_DUPFD_CLOEXEC, 0)
    guard listening >= 0 else { throw HTTPServerFailure(call: "fcntl", code: errno) }
    let inactivity = settings.idleTime.components.seconds + 1
    // SAFETY: `freeRefusals` gives the memory back once the library has stopped or not started, and
    // the daemon is retained until then.
    let refusals = UnsafeMutablePointer<cmicrohttpd_listener>.allocate(capacity: 1)
    unsafe refusals.initialize(
      to: cmicrohttpd_listener(
        context: Unmanaged.passUnretained(self).toOpaque(), refused: libraryRefused))
    self.refusals.withLock { $0 = UInt(bitPattern: refusals) }
    var options = unsafe cmicrohttpd_settings(
      listening_socket: listening, is_encrypted: listener.tls == nil ? 0 : 1,
      memory_per_connection_bytes: settings.connectionBytes,
      connections_max: CUnsignedInt(settings.connectionsMax + Self.connectionReserve),
      inactivity_seconds: CUnsignedInt(clamping: inactivity), listener: refusals,
      // SAFETY: the library calls back until stop() returns, and stop() gives this retain back.
      context: Unmanaged.passRetained(self).toOpaque(),
      handle: handleCall, begin: requestBegan, complete: requestCompleted,
      connection: connectionChanged)
    guard let started = unsafe cmicrohttpd_start(&options) else {
      let code = errno
      unsafe Unmanaged.passUnretained(self).release()
      freeRefusals()
      // Some of the library's failures close the descriptor and some do not: the rare rest is left.
      throw HTTPServerFailure(call: "MHD_start_daemon", code: code)
    }
    let address = UInt(bitPattern: started)
    self.address.withLock { $0 = address }
  }

  /// Closes all connections and ends the library's thread. No connection may be suspended.
  func stop() {
    if let address = address.withLock({ $0.take() }) {
      // SAFETY: the address was taken out of the lock, so it is stopped once. No callback runs
      // after that, so the retain that start() made is released here.
      unsafe MHD_stop_daemon(OpaquePointer(bitPattern: address))
      freeRefusals()
      unsafe Unmanaged.passUnretained(self).release()
    }
  }

  /// Until there are bytes of its client. Called on the library's thread.
  func suspendHandshake(of handle: UInt, on descriptor: CInt) {
    // SAFETY: the library keeps a connection that is suspended until it is resumed, once each.
    let connection = unsafe OpaquePointer(bitPattern: handle)!
    watchdog.sockets.wait(
      for: handle, on: descriptor, suspend: { unsafe MHD_suspend_connection(connection) },
      resume: { unsafe MHD_resume_connection(OpaquePointer(bitPattern: handle)!) })
  }

  private func freeRefusals() {
    guard let address = refusals.withLock({ $0.take() }) else { return }
    // SAFETY: taken out of the lock, it is freed once; the library calls it no more.
    unsafe UnsafeMutablePointer<cmicrohttpd_listener>(bitPattern: address)?.deallocate()
  }
}

extension Daemon {
  /// Carries out `step`.
  ///
  /// - Returns: `.NO` for the library to drop the connection.
  fileprivate func perform(
    _ step: Exchange.Step, _ exchange: Exchange, _ connection: OpaquePointer
  ) -> MHD_Result {
    // SAFETY: `connection` is valid during this callback; the reasons below are for later use.
    switch step {
    case .read: return .YES
    case .drop: return .NO
    case .answer(let answer): return unsafe queue(answer, on: connection)
    case .pause, .suspend:
      unsafe MHD_suspend_connection(connection)
      // It stays valid: the library keeps a suspended connection until it is resumed, once, here.
      let address = UInt(bitPattern: connection)
      let wake = { @Sendable in unsafe MHD_resume_connection(OpaquePointer(bitPattern: address)!) }
      if case .pause = step {
        exchange.pause(then: wake)
      } else {
        exchange.makeResponse(then: wake)
      }
      return .YES
    }
  }

  private func queue(_ answer: Response, on connection: OpaquePointer) -> MHD_Result {
    guard let response = unsafe response(for: answer.body, on: connection) else {
      log.log(.error, "http.answer_dropped", "an answer was dropped: no memory for it")
      return .NO
    }
    // SAFETY: the library counts references: ours ends here, that of the queue with the answer.
    defer { unsafe MHD_destroy_response(response) }
    for (name, value) in answer.allFields {
      _ = unsafe MHD_add_response_header(response, name, value)
    }
    if answer.closes { _ = unsafe MHD_add_response_header(response, "Connection", "close") }
    return unsafe MHD_queue_response(connection, answer.status.rawValue, response)
  }

  private func response(
    for body: Response.Body, on connection: OpaquePointer
  ) -> OpaquePointer? {
    switch body {
    case .bytes(var bytes):
      // SAFETY: MUST_COPY makes the library copy the bytes before the call returns.
      return unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe MHD_create_response_from_buffer(
          buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
      }
    case .source: return nil  // `Exchange` opens them.
    case .streamed(let follower, let byteCount):
      let blockBytes = byteCount == nil ? Self.followedBytes : Self.blockBytes
      return unsafe response(follower, byteCount, blockBytes: blockBytes, on: connection)
    case .transferred(let transfer, let follower, let byteCount):
      transfer.attach(unsafe cmicrohttpd_descriptor(connection), roomWaiter: roomWaiter)
      let response = unsafe response(follower, nil, blockBytes: Self.blockBytes, on: connection)
      return unsafe cmicrohttpd_say_length(response, "\(byteCount)")
    case .omitted:
      let response = unsafe MHD_create_response_from_callback(
        cmicrohttpd_size_unknown(), Self.followedBytes, readNothing, nil, nil)
      if let response = unsafe response { unsafe cmicrohttpd_say_no_length(response) }
      return unsafe response
    }
  }

  private func response(
    _ follower: Follower, _ byteCount: Int?, blockBytes: Int, on connection: OpaquePointer
  ) -> OpaquePointer? {
    if listener.tls == nil { attach(follower, to: unsafe cmicrohttpd_descriptor(connection)) }
    // It stays valid: suspended in a callback of its own, it is kept until it is resumed, once.
    let address = UInt(bitPattern: connection)
    follower.attach(
      Follower.Suspension(
        suspend: { unsafe MHD_suspend_connection(OpaquePointer(bitPattern: address)!) },
        resume: { unsafe MHD_resume_connection(OpaquePointer(bitPattern: address)!) }))
    // SAFETY: the response owns this retain; its free callback gives it back.
    let context = unsafe Unmanaged.passRetained(follower)
    let response = unsafe MHD_create_response_from_callback(
      byteCount.map { UInt64($0) } ?? cmicrohttpd_size_unknown(), blockBytes,
      byteCount == nil ? readFollowed : readCounted, context.toOpaque(), freeFollowed)
    if unsafe response == nil {
      follower.close()
      unsafe context.release()
    }
    return unsafe response
  }

  fileprivate func head(
    _ connection: OpaquePointer, method: UnsafePointer<CChar>, of exchange: Exchange,
    version: UnsafePointer<CChar>
  ) -> RequestHead {
    var fields = exchange.emptyFields()
    // SAFETY: the callback is done with the pointer when the call returns.
    _ = unsafe withUnsafeMutablePointer(to: &fields) { fields in
      unsafe MHD_get_connection_values_n(connection, .HEADER_KIND, addField, fields)
    }
    let isSound = unsafe isSound(connection, method, exchange.targetBytes, version)
    return unsafe RequestHead(
      method: .init(String(cString: method)), version: .init(String(cString: version)),
      fields: fields, isSound: isSound)
  }

  private func isSound(
    _ connection: OpaquePointer, _ method: UnsafePointer<CChar>, _ targetBytes: Int,
    _ version: UnsafePointer<CChar>
  ) -> Bool {
    let count = unsafe cmicrohttpd_head_bytes(connection)
    // A library that is strict by itself does not show where the head is.
    guard count > 0 else { return true }
    let methodBytes = unsafe strlen(method)
    let versionOffset = unsafe version - method
    guard methodBytes < versionOffset, versionOffset < count else { return false }
    // SAFETY: `count` was made by the library as the distance from this very `method` to the end
    // of the head, both in the memory of the connection, which lives longer than this call.
    let bytes = unsafe UnsafeRawBufferPointer(start: method, count: count)
    return unsafe RawHead.isSound(
      bytes.bindMemory(to: UInt8.self).span, methodBytes: methodBytes, targetBytes: targetBytes,
      versionOffset: versionOffset)
  }
}

// The library's callbacks, all on its one thread. `context` is the daemon, retained until it is
// stopped; what is attached to a connection is a retained `Connection`, given back when it is over;
// to a request a retained `Exchange`, given back when it is completed, once for each.

private func object<Object: AnyObject>(
  _ type: Object.Type, at pointer: UnsafeMutableRawPointer
) -> Object {
  // SAFETY: the object is retained, and no retain is given back before the callback ends.
  unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
}

/// The library is about to answer a request by itself.
private let libraryRefused: @convention(c) (UnsafeMutableRawPointer, cmicrohttpd_refusal) -> Void =
  { context, refusal in
    let daemon = unsafe object(Daemon.self, at: context)
    switch refusal {
    case CMICROHTTPD_CONTENT_LENGTH:
      daemon.refuseMalformedLengths { handle in
        // SAFETY: the library has a connection until it says that it is closed, and says so on this
        // thread, which takes it out of the table then. The value is valid during this callback.
        var value: UnsafePointer<CChar>?
        var count = 0
        let isThere = unsafe MHD_lookup_connection_value_n(
          OpaquePointer(bitPattern: handle), .HEADER_KIND, "Content-Length", 14, &value, &count)
        let bytes = unsafe UnsafeRawBufferPointer(start: value, count: count)
        return isThere == .YES ? unsafe Array(bytes) : nil
      }
    case CMICROHTTPD_CHUNK: daemon.refuseChunk(with: \.malformedChunk)
    case CMICROHTTPD_CHUNK_SIZE: daemon.refuseChunk(with: \.largeChunk)
    default: daemon.refuseChunk(with: \.longChunkLine)
    }
  }

private let connectionChanged:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    MHD_ConnectionNotificationCode
  ) -> Void = { context, connection, attached, change in
    // SAFETY: `attached` is the library's field of this connection. It gets one retain when the
    // connection starts, which is taken back once, when the connection ends.
    guard let context = unsafe context, let connection = unsafe connection,
      let attached = unsafe attached
    else { return }
    let daemon = unsafe object(Daemon.self, at: context)
    if change == .CONNECTION_NOTIFY_STARTED {
      ThreadRole.http.adopt()
      let opened = unsafe daemon.opened(
        cmicrohttpd_descriptor(connection), handle: UInt(bitPattern: connection),
        session: UInt(bitPattern: cmicrohttpd_tls_session(connection)))
      unsafe attached.pointee = Unmanaged.passRetained(opened).toOpaque()
    } else if let pointer = unsafe attached.pointee {
      unsafe attached.pointee = nil
      daemon.closed(unsafe Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
    }
  }

/// The request line is there; `target` is what it holds between method and version.
private let requestBegan:
  @convention(c) (
    UnsafeMutableRawPointer, UnsafePointer<CChar>?, OpaquePointer
  ) -> UnsafeMutableRawPointer? = { context, target, connection in
    ThreadRole.http.assertCurrent()
    // SAFETY: `target` is nil or ends with NUL, and is valid during the callback; the span ends
    // with the initializer. `attached` is the `Connection` that `connectionChanged` retained.
    let daemon = unsafe object(Daemon.self, at: context)
    guard let attached = unsafe cmicrohttpd_attached(connection) else { return nil }
    // A line without target is refused like one with an empty target: neither leads anywhere.
    let count = unsafe target.map { unsafe strlen($0) } ?? 0
    let bytes = unsafe UnsafeRawBufferPointer(start: target, count: count)
    let exchange = unsafe Exchange(
      target: bytes.bindMemory(to: UInt8.self).span,
      connection: object(Connection.self, at: attached), service: daemon.service)
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
  }

private let requestCompleted:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    MHD_RequestTerminationCode
  ) -> Void = { _, _, attached, _ in
    // SAFETY: `attached` holds the retain of `requestBegan`, which is taken back once.
    guard let pointer = unsafe attached?.pointee else { return }
    unsafe attached?.pointee = nil
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().completed()
  }

/// Called with the head, each piece of the body, and without one at its end and once resumed.
private let handleCall:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
    UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> MHD_Result = { context, connection, _, method, version, body, bodyBytes, attached in
    // SAFETY: the pointers are valid during the callback; `requestBegan` retained the exchange.
    guard let context = unsafe context, let connection = unsafe connection,
      let method = unsafe method, let version = unsafe version,
      let pointer = unsafe attached?.pointee
    else { return .NO }
    let daemon = unsafe object(Daemon.self, at: context)
    let exchange = unsafe object(Exchange.self, at: pointer)
    let step: Exchange.Step
    if !exchange.hasBegun {
      step = unsafe exchange.receiveHead(
        daemon.head(
          connection, method: method, of: exchange, version: version))
    } else if let body = unsafe body, let bodyBytes = unsafe bodyBytes, unsafe bodyBytes.pointee > 0
    {
      let bytes = unsafe UnsafeRawBufferPointer(start: body, count: bodyBytes.pointee)
      step = unsafe exchange.receiveBody(bytes.bindMemory(to: UInt8.self).span)
      // What was taken need not be offered again: all of it, or nothing.
      if case .pause = step {} else { unsafe bodyBytes.pointee = 0 }
    } else {
      step = exchange.receiveEnd()
    }
    return unsafe daemon.perform(step, exchange, connection)
  }

/// One header field. `context` is the `HeaderFields` that `Daemon.head` lends.
private let addField:
  @convention(c) (
    UnsafeMutableRawPointer?, MHD_ValueKind, UnsafePointer<CChar>?, Int, UnsafePointer<CChar>?, Int
  ) -> MHD_Result = { context, _, name, nameBytes, value, valueBytes in
    // SAFETY: `context` is the variable that `Daemon.head` lends for the time of its call. Name and
    // value are valid during the callback, have the lengths that are given, and are copied.
    guard let context = unsafe context else { return .NO }
    let fields = unsafe context.assumingMemoryBound(to: HeaderFields.self)
    let name = unsafe UnsafeRawBufferPointer(start: name, count: nameBytes)
    let value = unsafe UnsafeRawBufferPointer(start: value, count: valueBytes)
    unsafe fields.pointee.add(
      name: name.bindMemory(to: UInt8.self).span, value: value.bindMemory(to: UInt8.self).span)
    return .YES
  }

/// 0 where the connection was suspended: the library asks again when it is resumed.
private let readFollowed:
  @convention(c) (
    UnsafeMutableRawPointer?, UInt64, UnsafeMutablePointer<CChar>?, Int
  ) -> Int = { context, _, buffer, bytesMax in
    // SAFETY: the response retains the follower; the buffer has `bytesMax` bytes.
    guard let context = unsafe context else { return cmicrohttpd_end_with_error() }
    let outcome = unsafe object(Follower.self, at: context)
      .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: bytesMax))
    return switch outcome {
    case .bytes(let count): count
    case .suspended: 0
    case .ended: cmicrohttpd_end_of_stream()
    case .broken: cmicrohttpd_end_with_error()
    }
  }

/// The same where the length was said: an early end is a fault of ours.
private let readCounted:
  @convention(c) (
    UnsafeMutableRawPointer?, UInt64, UnsafeMutablePointer<CChar>?, Int
  ) -> Int = { context, place, buffer, bytesMax in
    // SAFETY: the arguments are those of a callback of the same kind.
    let count = unsafe readFollowed(context, place, buffer, bytesMax)
    return count == cmicrohttpd_end_of_stream() ? cmicrohttpd_end_with_error() : count
  }

private let readNothing:
  @convention(c) (
    UnsafeMutableRawPointer?, UInt64, UnsafeMutablePointer<CChar>?, Int
  ) -> Int = { _, _, _, _ in cmicrohttpd_end_of_stream() }

private let freeFollowed: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
  // SAFETY: called once, at the end of the response: takes back the retain of the follower.
  guard let context = unsafe context else { return }
  unsafe Unmanaged<Follower>.fromOpaque(context).takeRetainedValue().close()
}
