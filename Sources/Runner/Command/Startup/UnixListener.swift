internal import Glibc
internal import RunnerConfiguration
internal import SystemBase

/// A unix socket that is bound to a file and listens: unix(7).
///
/// SAFETY: each system call reads its path as a C string, or a local variable whose size it is
/// given, for the length of the call.
enum UnixListener {
  /// Binds a socket to a file of its own and listens on it. The file of a process that is gone is
  /// replaced, and one on which a process listens is not.
  ///
  /// - Throws: `StartFailure` that names the file and the remedy.
  static func open(
    _ path: String, _ listener: ConfiguredListener
  ) throws(StartFailure) -> SharedDescriptor {
    try checkFolder(of: path)
    let owner = try listener.owner.map { name throws(StartFailure) in
      try AccountLookup.user(name, option: "owner=")
    }
    let group = try listener.group.map { name throws(StartFailure) in
      try AccountLookup.group(name, option: "group=")
    }
    try removeStale(path)
    let made = try socket(for: path)
    // No process can connect before listen(2): owner and mode are set until then.
    guard unsafe withAddress(path, { unsafe bind(made.fd, $0, $1) }) == 0 else {
      throw failure(path, "be bound")
    }
    // uid_t and gid_t of -1 change nothing: chown(2).
    guard unsafe lchown(path, owner ?? uid_t.max, group ?? gid_t.max) == 0,
      unsafe chmod(path, listener.mode) == 0, listen(made.fd, ListeningSocket.backlog) == 0
    else {
      let failure = failure(path, "be set up")
      _ = unsafe unlink(path)
      throw failure
    }
    return made
  }

  private static func socket(for path: String) throws(StartFailure) -> SharedDescriptor {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let fd = Glibc.socket(AF_UNIX, kind, 0)
    guard fd >= 0 else { throw failure(path, "be made") }
    return SharedDescriptor(adopting: fd)
  }

  /// In a folder that others can write, and that is not sticky, they could replace the socket.
  private static func checkFolder(of path: String) throws(StartFailure) {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let folder = end == path.startIndex ? "/" : String(path[..<end])
    var status = stat()
    guard unsafe stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .configuration(
        "The folder \(folder) of the socket \(path) is not there. Make it, or have systemd make "
          + "it: RuntimeDirectory=http-runner.")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid(),
      status.st_mode & (S_IWGRP | S_IWOTH) == 0 || status.st_mode & UInt32(S_ISVTX) != 0
    else {
      throw .configuration(
        "Others may write the folder \(folder), and could put a socket of theirs in the place of "
          + "\(path). Name a folder of root's.")
    }
  }

  private static func removeStale(_ path: String) throws(StartFailure) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure(path, "be looked at") }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw .configuration("\(path) is there and is no socket: it is left as it is.")
    }
    let probe = try socket(for: path)
    // Without waiting: a full backlog (EAGAIN) is one of a living process.
    _ = fcntl(probe.fd, F_SETFL, O_NONBLOCK)
    guard unsafe withAddress(path, { unsafe connect(probe.fd, $0, $1) }) != 0, errno == ECONNREFUSED
    else {
      throw .system("Another process serves on \(path). End it, or choose another path.")
    }
    guard unsafe unlink(path) == 0 else { throw failure(path, "be replaced") }
  }

  private static func withAddress(
    _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // `ConfiguredListener` takes no longer path.
    precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func failure(_ path: String, _ what: String) -> StartFailure {
    .system("The socket \(path) cannot \(what): \(ErrorCode.message(errno)).")
  }
}
