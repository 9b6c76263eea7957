import Glibc
import RunnerAccess
import RunnerCore
import Synchronization

/// What becomes of connections, apart from the library.
extension Daemon {
  /// New connections get a 503 from now on.
  func stopAccepting() { isAccepting.store(false, ordering: .relaxed) }

  /// - Parameters:
  ///   - handle: where the library has it.
  ///   - session: where the library has its TLS session; 0 for none.
  func opened(_ descriptor: CInt, handle: UInt, session: UInt) -> Connection {
    let connection = connection(on: descriptor, handle: handle, session: session)
    let count = table.add(connection)
    watchdog.connectionBegan()
    if !isAccepting.load(ordering: .relaxed) {
      connection.abort(with: messages.stopping.message(of: .next()))
    } else if count.all > settings.connectionsMax {
      connection.abort(with: messages.connectionLimit.message(of: .next()))
    } else if count.fromAddress > settings.connectionsPerAddressMax,
      !service.proxies.contains(connection.address)
    {
      connection.abort(with: messages.addressLimit.message(of: .next()))
    }
    return connection
  }

  private func connection(on descriptor: CInt, handle: UInt, session: UInt) -> Connection {
    guard let tls = listener.tls else {
      return Connection(
        descriptor: descriptor, headTime: settings.headerTime, handle: handle,
        listener: listenerNumber, methods: listener.methods)
    }
    sendAtOnce(descriptor)
    let credentials = tls.credentials
    let suspend = { @Sendable [self] in suspendHandshake(of: handle, on: descriptor) }
    guard
      let session = TLSSession(
        at: session, on: descriptor, using: credentials, starved: suspend)
    else {
      // Without credentials its handshake fails; nothing is ever written to it in the clear.
      return Connection(
        descriptor: descriptor, headTime: .zero, handle: handle, listener: listenerNumber,
        methods: [], writer: SilentConnectionWriter())
    }
    return Connection(
      descriptor: descriptor, headTime: settings.headerTime, handle: handle,
      listener: listenerNumber, methods: listener.methods,
      peer: ConnectionIdentity(session, tls, begunWith: credentials),
      writer: EncryptedConnectionWriter(session: session))
  }

  /// A handshake is several small messages in a row: with Nagle's algorithm (RFC 896) each would
  /// wait for the client's delayed acknowledgement, 40 ms.
  private func sendAtOnce(_ descriptor: CInt) {
    var yes: CInt = 1
    // SAFETY: setsockopt(2) reads one number, and gets its size. A unix socket has no such option,
    // and needs none.
    _ = unsafe setsockopt(
      descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
  }

  /// Sets where chunks go to that a follower puts into the socket itself: not over TLS.
  func attach(_ follower: Follower, to descriptor: CInt) {
    follower.attach(descriptor, roomWaiter: roomWaiter)
  }

  /// Waits for room in the buffer of a transfer's socket.
  var roomWaiter: TransferTarget.RoomWaiter {
    { [sockets = watchdog.sockets] socket, resume in
      sockets.wait(
        for: UInt(socket), on: socket, until: .writable, suspend: {}, resume: resume)
    }
  }

  func closed(_ connection: Connection) {
    table.remove(connection)
    if let rest = connection.closed() { watchdog.linger(on: rest) }
  }

  // The library says that it is about to answer a request by itself, but not which one. What it
  // would say is a page of HTML, and 0.9.75 sends the head of one twice. An answer of ours goes
  // before it, and the sending side is shut behind that.

  /// Refuses each request whose head is being read and has a malformed Content-Length: it is the
  /// one that the library means, or will be that once the rest of its head is there.
  ///
  /// - Parameter value: the field's value in the head of a connection as far as it is read; nil
  ///   where it has none.
  func refuseMalformedLengths(_ value: (UInt) -> [UInt8]?) {
    for connection in connections(in: .head) {
      guard let digits = value(connection.handle) else { continue }
      if digits.isEmpty || !digits.allSatisfy({ (0x30...0x39).contains($0) }) {
        refuse(connection, with: messages.malformedLength)
      } else if UInt64(String(decoding: digits, as: UTF8.self)) == nil {
        refuse(connection, with: messages.largeLength)
      }
    }
  }

  /// Refuses a request with a malformed chunk, where it is the only one whose body is being read.
  /// Among several it is not known which one is meant; the library's page has to do then.
  func refuseChunk(with message: KeyPath<ConnectionMessages, Response>) {
    let reading = connections(in: .body)
    if reading.count == 1 { refuse(reading[0], with: messages[keyPath: message]) }
  }

  private func refuse(_ connection: Connection, with answer: Response) {
    let id = connection.requestID
    service.auditUnread(answer, id, from: connection.address)
    connection.halfClose(with: answer.message(of: id))
  }

  /// Those of this listener: others belong to another thread of the library.
  private func connections(in phase: Connection.Phase) -> [Connection] {
    table.connections(in: phase).filter { $0.listener == listenerNumber }
  }
}
