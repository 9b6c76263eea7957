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
      sockets.append((String(name), SharedDescriptor(adopting: fd)))
    }
    return InheritedSockets(sockets: sockets)
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
