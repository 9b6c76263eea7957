/// Calls that policy may add to a profile, in groups that were looked at together. There is no way
/// to add a single call, and nothing in a group reaches another process or asks for a privilege.
package enum SyscallGroup: String, CaseIterable, Hashable, Sendable {
  /// The kernel's own asynchronous reads and writes.
  case asynchronousFiles = "asynchronous-files"
  /// System V memory, semaphores and queues, POSIX queues, memory files.
  case sharedMemory = "shared-memory"
  /// inotify(7).
  case fileWatching = "file-watching"
  /// A process's own pages on the nodes of the machine.
  case memoryPolicy = "memory-policy"
  /// Names for files that hold across renames, to compare and not to open.
  case fileHandles = "file-handles"
  /// A process's own addresses, not randomized.
  case addressLayout = "address-layout"
}
