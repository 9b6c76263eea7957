internal import Glibc
internal import SystemBase

/// Sockets that systemd hands over: sd_listen_fds(3), read from the environment.
struct InheritedSockets {
  /// The first descriptor that is handed over.
  private static let first: CInt = 3

  /// Sockets with their names, in systemd's order.
  private let sockets: [(name: String, socket: SharedDescriptor)]

  /// Takes those that were handed to this process; none where systemd did not start it. Called
  /// once, before anything else has a descriptor of that number.
  ///
  /// - Throws: `StartFailure` for a number of them that is not that of their names.
  static func take() throws(StartFailure) -> InheritedSockets {
    // Children are not handed them: they ask by LISTEN_PID.
    guard EnvironmentVariable.value(of: "LISTEN_PID") == "\(getpid())",
      let text = EnvironmentVariable.value(of: "LISTEN_FDS"),
      let count = CInt(text), (1...1024).contains(count)
    else { return InheritedSockets(sockets: []) }
    let names = (EnvironmentVariable.value(of: "LISTEN_FDNAMES") ?? "").split(
      separator: ":", omittingEmptySubsequences: false)
    guard names.count == Int(count) else {
      throw .system("LISTEN_FDS counts \(count) sockets, and LISTEN_FDNAMES \(names.count) names.")
    }
    var sockets: [(name: String, socket: SharedDescriptor)] = []
    for (offset, name) in names.enumerated() {
      let fd = first + CInt(offset)
      guard fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 else {
        throw .system("The socket \(name) of systemd is not there: \(ErrorCode.message(errno)).")
      }
      guard isListening(fd) else {
        throw .configuration(
          "What systemd hands over as \(name) is no listening stream socket: say ListenStream= and "
            + "Accept=no in its unit (systemd.socket(5)).")
      }
      sockets.append((String(name), SharedDescriptor(adopting: fd)))
    }
    return InheritedSockets(sockets: sockets)
  }

  /// Names of the sockets, each once, in systemd's order.
  var names: [String] {
    var known: Set<String> = []
    return sockets.map(\.name).filter { known.insert($0).inserted }
  }

  /// Whether it is a stream socket on which listen(2) was called (socket(7)).
  private static func isListening(_ fd: CInt) -> Bool {
    option(SO_ACCEPTCONN, of: fd) == 1 && option(SO_TYPE, of: fd) == CInt(SOCK_STREAM.rawValue)
  }

  private static func option(_ name: CInt, of fd: CInt) -> CInt? {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    // SAFETY: getsockopt(2) writes one number and its size, which are local variables.
    return unsafe getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  /// The sockets of one name: several ListenStream= lines of a unit have the same.
  ///
  /// - Throws: `StartFailure` where there are none.
  func named(_ name: String) throws(StartFailure) -> [SharedDescriptor] {
    let found = sockets.filter { $0.name == name }.map(\.socket)
    guard found.isEmpty else { return found }
    let known = Set(sockets.map(\.name)).sorted().joined(separator: ", ")
    throw .configuration(
      "systemd hands over no socket \(name)"
        + (known.isEmpty ? "; it hands over none. Start its socket unit." : "; there are \(known).")
    )
  }
}
