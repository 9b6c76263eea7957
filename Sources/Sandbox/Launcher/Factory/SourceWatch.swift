internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Whether files of the host that root templates were built from may have changed, as the kernel
/// tells (inotify(7), and poll(2) of the mounts): one call in the place of three for each file.
///
/// SAFETY: read(2) writes no more than the buffer has, which stays in place for the call.
struct SourceWatch: ~Copyable {
  /// Nil where the kernel gives none: templates are compared with the host for each sandbox then.
  private let notifications: SharedDescriptor?
  private var watched: Set<String> = []
  private var current = Version(changes: 0, mountChanges: 0)
  private var buffer = [UInt8](repeating: 0, count: 16 << 10)

  /// The state of files when they were looked at: nothing has changed for as long as it equals the
  /// current one.
  struct Version: Equatable {
    fileprivate var changes: UInt64
    fileprivate var mountChanges: UInt64
  }

  init() {
    let descriptor = linux_inotify_init()
    self.notifications =
      descriptor < 0 ? nil : SharedDescriptor(Descriptor(adopting: descriptor))
  }

  /// The current version, after the changes that the kernel has told of.
  mutating func now(_ mounts: borrowing MountReader) -> Version {
    let previous = current
    while readNotifications() { current.changes += 1 }
    current.mountChanges = mounts.changes
    // What a path leads to may be another file now.
    if current != previous { watched = [] }
    return current
  }

  private mutating func readNotifications() -> Bool {
    guard let notifications = notifications?.fd else { return false }
    return unsafe buffer.withUnsafeMutableBufferPointer { part in
      unsafe linux_read(notifications, part.baseAddress!, UInt64(part.count)) > 0
    }
  }

  /// Watches files or folders, and the folders that lead to them. To be called after `now` and
  /// before they are looked at.
  ///
  /// - Returns: false where not all changes would be told of: on a file system that a server
  ///   answers for, or past the kernel's bound on watches.
  mutating func watch(_ paths: [String], besides remote: RemoteMountTable) -> Bool {
    guard let notifications = notifications?.fd, !remote.hasRemoteRoot else { return false }
    for path in paths {
      guard remote.mount(above: path) == nil else { return false }
      var part = ""
      for name in [""] + path.fields(separatedBy: "/") {
        part = part == "/" ? "/\(name)" : "\(part)/\(name)"
        guard !watched.contains(part) else { continue }
        // SAFETY: the text ends with a zero and is there for the call.
        let answer = unsafe part.withCString { unsafe linux_inotify_add_watch(notifications, $0) }
        // Its folder tells when it comes to be.
        if answer == -ENOENT || answer == -ENOTDIR { break }
        guard answer == 0 else { return false }
        watched.insert(part)
      }
    }
    return true
  }
}
