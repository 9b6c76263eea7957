internal import CPostgreSQL
internal import Glibc
internal import SystemBase

/// Opening a connection.
extension PostgreSQLConnection {
  /// Options that hold where the connection string says nothing else. A server whose packets are
  /// dropped is noticed within 15 s: by keepalives on an idle connection, by the user timeout on a
  /// waiting one (tcp(7)).
  private static let defaults = [
    ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "3"),
    ("keepalives_count", "3"), ("tcp_user_timeout", "14000"),
    ("target_session_attrs", "read-write"),
  ]

  /// Options that the connection string cannot change: the statements rely on them.
  private static let forced = [("client_encoding", "UTF8"), ("options", sessionOptions)]

  /// Settings of the session: a client that hangs holds no lock for long, and a lock is refused
  /// (55P03) before a statement is (57014).
  private static let sessionOptions = [
    "statement_timeout=25000", "lock_timeout=2000", "idle_in_transaction_session_timeout=10000",
    "default_transaction_isolation=read\\ committed", "synchronous_commit=on",
    "search_path=http_runner", "tcp_keepalives_idle=5", "tcp_keepalives_interval=3",
    "tcp_keepalives_count=3", "tcp_user_timeout=14000",
  ].map { "-c \($0)" }.joined(separator: " ")

  /// Hosts of this machine: what goes to them needs no TLS.
  private static let localHosts: Set<String> = ["localhost", "127.0.0.1", "::1"]

  /// Seconds that one of several servers has at least.
  private static let hostSecondsMin = 2.0

  /// Connects, within the time of the settings: one server after another, each with its share, so
  /// that one that is silent does not hide the next.
  ///
  /// Beyond this machine TLS with a verified name is the default (`sslmode=verify-full`): another
  /// mode must be asked for.
  ///
  /// - Throws: `PostgreSQLFailure` where no server takes the connection in that time.
  package static func open(
    _ settings: PostgreSQLSettings
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    ThreadRole.assertMayWaitForDisk()
    let library = try PostgreSQLLibrary.load()
    let deadline = ContinuousClock.now + .seconds(settings.connectSeconds)
    var connection = try started(settings, library)
    let options = connection.effectiveOptions
    let hosts = hosts(in: options)
    guard hosts.count > 1 else {
      try connection.complete(until: deadline)
      return connection
    }
    connection.close()
    let share = max(
      min(hostSecondsMin, settings.connectSeconds), settings.connectSeconds / Double(hosts.count))
    var failure = PostgreSQLFailure(.connection, "There is no server.")
    for host in hosts {
      do throws(PostgreSQLFailure) {
        let deadline = ContinuousClock.now + .seconds(share)
        var connection = try start(settings, Self.options(options, at: host), library)
        try connection.complete(until: deadline)
        return connection
      } catch {
        failure = error
      }
    }
    throw failure
  }

  /// Options that have been read from everywhere, for one of the servers that they list.
  private static func options(
    _ options: [String: String], at host: (name: String, address: String, port: String)
  ) -> [(String, String)] {
    // What the service file says is among them.
    let others = options.filter {
      !["host", "hostaddr", "port", "service", "servicefile"].contains($0.key)
    }
    return others.map { ($0.key, $0.value) }
      + [("host", host.name), ("hostaddr", host.address), ("port", host.port)]
  }

  /// A connection that has begun, and has sent nothing.
  static func started(
    _ settings: PostgreSQLSettings, _ library: PostgreSQLLibrary
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    let named = [("dbname", settings.connectionString)]
    let connection = try start(settings, named, library)
    guard needsVerifiedTLS(connection.effectiveOptions) else { return connection }
    return try start(settings, named + [("sslmode", "verify-full")], library)
  }

  private static func start(
    _ settings: PostgreSQLSettings, _ given: [(String, String)], _ library: PostgreSQLLibrary
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    // The later option of one name counts, and those of `dbname` count as if they stood there.
    let options =
      defaults + given + forced + [("application_name", settings.applicationName)]
    let handle = unsafe CallArguments(listing: options.map(\.0)).withPointers { names, _ in
      unsafe CallArguments(listing: options.map(\.1)).withPointers { values, _ in
        unsafe library.functions.PQconnectStartParams(names, values, 1)
      }
    }
    guard let handle = unsafe handle else {
      throw PostgreSQLFailure(.connection, "There is no memory for a connection.")
    }
    let connection = unsafe PostgreSQLConnection(
      library, adopting: handle, .seconds(settings.statementSeconds))
    guard unsafe library.functions.PQstatus(handle) != CONNECTION_BAD else {
      throw PostgreSQLFailure(.connection, connection.message)
    }
    // SAFETY: the receiver does nothing with its arguments. Without one, libpq prints notices.
    _ = unsafe library.functions.PQsetNoticeReceiver(handle, { _, _ in }, nil)
    return connection
  }

  /// Whether a host is another machine, and nothing says how its certificate is checked: libpq's
  /// own default would also take a server without one.
  static func needsVerifiedTLS(_ options: [String: String]) -> Bool {
    // None at all: libpq has no memory for them.
    guard !options.isEmpty else { return true }
    guard options["sslmode"] ?? "prefer" == "prefer" else { return false }
    return !hosts(in: options).allSatisfy { host in
      // As libpq pairs them: an address counts where there is one, else the name; neither is the
      // socket of this machine.
      let place = host.address.isEmpty ? host.name : host.address
      return place.isEmpty || place.hasPrefix("/") || localHosts.contains(place)
    }
  }

  /// The servers that a connection string lists, by name, address and port; one at least.
  static func hosts(
    in options: [String: String]
  ) -> [(name: String, address: String, port: String)] {
    let lists = ["host", "hostaddr", "port"].map { key in
      (options[key] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    // One port is that of all hosts.
    return (0..<max(lists[0].count, lists[1].count)).map { index in
      let item = { (list: [String]) in index < list.count ? list[index] : "" }
      return (item(lists[0]), item(lists[1]), lists[2].count == 1 ? lists[2][0] : item(lists[2]))
    }
  }

  /// The options that count, from the connection string, its service file and the environment.
  var effectiveOptions: [String: String] {
    // SAFETY: PQconninfo returns an array that PQconninfoFree frees.
    guard let array = unsafe library.functions.PQconninfo(handle) else { return [:] }
    defer { unsafe library.functions.PQconninfoFree(array) }
    return unsafe PostgreSQLSettings.options(in: array)
  }

  /// SAFETY: the handle is this connection's, and libpq only reads and writes its own.
  private mutating func complete(
    until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) {
    var events = POLLOUT
    while true {
      let socket = unsafe library.functions.PQsocket(handle)
      guard Self.isReady(socket, events, until: deadline) else {
        throw PostgreSQLFailure(.connection, "The database did not take a connection in time.")
      }
      switch unsafe library.functions.PQconnectPoll(handle) {
      case PGRES_POLLING_READING: events = POLLIN
      case PGRES_POLLING_WRITING: events = POLLOUT
      case PGRES_POLLING_OK:
        guard unsafe library.functions.PQsetnonblocking(handle, 1) == 0 else {
          throw PostgreSQLFailure(.connection, message)
        }
        return
      default: throw PostgreSQLFailure(.connection, message)
      }
    }
  }

  /// Whether a socket is ready, or broken, before a deadline: poll(2).
  static func isReady(
    _ socket: Int32, _ events: Int32, until deadline: ContinuousClock.Instant
  ) -> Bool {
    while true {
      let left = deadline - .now
      guard left > .zero, socket >= 0 else { return false }
      let (seconds, attoseconds) = left.components
      let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
      var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
      // SAFETY: poll(2) reads and writes one entry, which is a local variable.
      let count = unsafe poll(&entry, 1, Int32(clamping: milliseconds))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return false }
    }
  }
}
