internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The automounts of the host, read again when its mounts have changed (poll(2) of
/// /proc/self/mountinfo, proc(5)).
struct AutomountWatch: ~Copyable {
  private let file: Descriptor
  private var table: MountTable

  init() throws(SystemCallFailure) {
    // Opened before it is read, so that no change falls between the two.
    let file = try File.open("/proc/self/mountinfo", LINUX_OPEN_READ)
    let table = try MountTable.current()
    self.file = file
    self.table = table
  }

  /// Whether the host has an automount at `path` or below it now.
  ///
  /// - Throws: `SystemCallFailure` of open(2) or read(2) of the table; the one of before is kept.
  mutating func hasAutomount(at path: String) throws(SystemCallFailure) -> Bool {
    // SAFETY: poll(2) reads and writes one struct pollfd, which is a local variable.
    var wanted = pollfd(fd: file.fd, events: Int16(POLLPRI), revents: 0)
    if unsafe poll(&wanted, 1, 0) > 0 { table = try MountTable.current() }
    return table.hasAutomount(at: path)
  }
}
