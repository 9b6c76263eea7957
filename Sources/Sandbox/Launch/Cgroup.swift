internal import CLinux
internal import Glibc

/// One cgroup (v2) for a job. It stands while the launcher lives and holds one job at a time, since
/// making one for each job would cost a tenth of a launch.
struct Cgroup: ~Copyable {
  /// The folder: children are born in it (CLONE_INTO_CGROUP).
  let folder: Descriptor
  private let events: Descriptor
  private let killer: Descriptor

  init(_ name: String, in parent: CInt) throws(SystemCallFailure) {
    try File.makeFolder(name, mode: 0o755, in: parent)
    let folder = try File.open(name, LINUX_OPEN_FOLDER, in: parent)
    let events = try File.open("cgroup.events", LINUX_OPEN_READ, in: folder.number)
    let killer = try File.open("cgroup.kill", LINUX_OPEN_WRITE, in: folder.number)
    self.folder = folder
    self.events = events
    self.killer = killer
  }

  /// Readable with priority when the answer of `isPopulated` may have changed.
  var eventsNumber: CInt { events.number }

  /// Whether any process is left in it.
  func isPopulated() throws(SystemCallFailure) -> Bool {
    let text = String(decoding: try File.head(events.number, bytesMax: 256), as: UTF8.self)
    return !text.split(separator: "\n").contains("populated 0")
  }

  /// SIGKILL for everything in it, forks in progress included.
  func kill() throws(SystemCallFailure) {
    try File.write("1", to: killer.number)
  }

  /// `signal` for everything in it.
  ///
  /// A number read from the list may belong to another process by the time it is used. So each is
  /// held by a pidfd first, and used only if the list still has the number after that.
  func signalAll(_ signal: CInt) throws(SystemCallFailure) {
    let members = try File.open("cgroup.procs", LINUX_OPEN_READ, in: folder.number)
    for pid in try Self.numbers(in: members.number) {
      let opened = linux_pidfd_open(pid)
      guard opened >= 0 else { continue }
      let process = Descriptor(adopting: opened)
      guard try Self.numbers(in: members.number).contains(pid) else { continue }
      _ = linux_pidfd_signal(process.number, signal)
    }
  }

  private static func numbers(in members: CInt) throws(SystemCallFailure) -> [Int32] {
    let text = try File.head(members, bytesMax: 64 << 10)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
  }
}
