internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The mounts of the host, read again when they have changed (poll(2) of /proc/self/mountinfo,
/// proc(5)).
struct MountReader: ~Copyable {
  private let file: Descriptor
  private var known: MountTable
  private var knownRemote: RemoteMountTable
  /// How often they have changed since the start.
  private(set) var changes: UInt64 = 0

  init() throws(SystemCallFailure) {
    // Opened before it is read, so that no change falls between the two.
    let file = try File.open("/proc/self/mountinfo", LINUX_OPEN_READ)
    let table = try MountTable.current()
    self.file = file
    self.known = table
    self.knownRemote = RemoteMountTable(table)
  }

  /// The mounts as they are now.
  mutating func table() throws(SystemCallFailure) -> MountTable {
    try update()
    return known
  }

  /// The mounts that a server or another process answers for, as they are now.
  mutating func remote() throws(SystemCallFailure) -> RemoteMountTable {
    try update()
    return knownRemote
  }

  private mutating func update() throws(SystemCallFailure) {
    var wanted = pollfd(fd: file.fd, events: Int16(POLLPRI), revents: 0)
    // SAFETY: poll(2) reads and writes one pollfd, a local variable.
    guard unsafe poll(&wanted, 1, 0) > 0 else { return }
    known = try MountTable.current()
    changes += 1
    knownRemote = RemoteMountTable(known)
  }
}
