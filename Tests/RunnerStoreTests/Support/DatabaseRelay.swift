import Dispatch
import Glibc
import Synchronization
import TestSupport

/// Stands between a store and the socket of a database server, and loses answers to COMMIT: the
/// server has committed, and the connection ends before its client hears of that.
final class DatabaseRelay: Sendable {
  private struct State {
    /// The next answer to COMMIT is lost.
    var isArmed = false
    /// No connection is made after that.
    var goesAway = false
    var isAway = false
    var isStopped = false
  }

  private struct Pair {
    let client: CInt
    let server: CInt
    var hasCommitted = false
  }

  private static let name = "/.s.PGSQL.5432"
  private static let turnMilliseconds: CInt = 10

  /// Absolute path of the folder with its socket: `host` of a connection string.
  let folder: String
  private let serverPath: String
  private let listener: CInt
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "relay")

  /// - Parameter cluster: the server behind it.
  /// - Throws: `TestFailure` where it cannot listen.
  init(to cluster: PostgreSQLCluster) throws {
    folder = "/tmp/http-runner-relay-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    serverPath = cluster.folder + Self.name
    try Files.makeFolder(folder, mode: 0o700)
    listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    let listener = listener
    guard unsafe Self.withAddress(folder + Self.name, { unsafe bind(listener, $0, $1) }) == 0,
      listen(listener, 16) == 0
    else { throw TestFailure("listen \(folder): \(errorText(errno))") }
    queue.async { [self] in pump() }
  }

  /// Ends all connections, and removes the folder.
  func remove() {
    state.withLock { $0.isStopped = true }
    queue.sync {}
    close(listener)
    _ = try? CommandRun("/bin/rm", ["-rf", folder])
  }

  /// The next answer to COMMIT is lost.
  ///
  /// - Parameter goesAway: whether the server cannot be asked after that, until `comeBack`.
  func loseAnswer(thenAway goesAway: Bool = false) {
    state.withLock {
      $0.isArmed = true
      $0.goesAway = goesAway
    }
  }

  /// Whether the answer was lost.
  var hasLost: Bool { state.withLock { !$0.isArmed } }

  /// Connections are made again.
  func comeBack() { state.withLock { $0.isAway = false } }

  private func pump() {
    var pairs: [Pair] = []
    while !state.withLock(\.isStopped) {
      let all = [listener] + pairs.flatMap { [$0.client, $0.server] }
      var wanted = all.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&wanted, nfds_t(wanted.count), Self.turnMilliseconds) > 0 else { continue }
      let readable = Set(wanted.filter { $0.revents != 0 }.map(\.fd))
      pairs = pairs.compactMap { pair in
        var pair = pair
        if pass(&pair, readable) { return pair }
        end(pair)
        return nil
      }
      if readable.contains(listener), let pair = accepted() { pairs.append(pair) }
    }
    for pair in pairs { end(pair) }
  }

  /// Also where a process that was started meanwhile has the descriptors too.
  private func end(_ pair: Pair) {
    for descriptor in [pair.client, pair.server] {
      shutdown(descriptor, CInt(SHUT_RDWR))
      close(descriptor)
    }
  }

  /// - Returns: false where the connection ends.
  private func pass(_ pair: inout Pair, _ readable: Set<CInt>) -> Bool {
    if readable.contains(pair.client) {
      guard let bytes = received(pair.client) else { return false }
      if bytes.firstRange(of: Array("COMMIT".utf8)) != nil { pair.hasCommitted = true }
      guard sent(bytes, to: pair.server) else { return false }
    }
    if readable.contains(pair.server) {
      guard let bytes = received(pair.server) else { return false }
      if pair.hasCommitted, loses() { return false }
      pair.hasCommitted = false
      return sent(bytes, to: pair.client)
    }
    return true
  }

  private func loses() -> Bool {
    state.withLock { state in
      guard state.isArmed else { return false }
      state.isArmed = false
      state.isAway = state.goesAway
      return true
    }
  }

  private func accepted() -> Pair? {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return nil }
    let server = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard !state.withLock(\.isAway),
      unsafe Self.withAddress(serverPath, { unsafe connect(server, $0, $1) }) == 0
    else {
      end(Pair(client: client, server: server))
      return nil
    }
    return Pair(client: client, server: server)
  }

  private func received(_ descriptor: CInt) -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
    }
    return count > 0 ? Array(block[..<count]) : nil
  }

  private func sent(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func withAddress<Answer>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
  ) -> Answer {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
