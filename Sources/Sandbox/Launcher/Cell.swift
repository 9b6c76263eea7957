internal import CLinux
internal import Glibc

/// A cell that stands, for one job: namespaces, the process that holds them, and what goes with
/// them. When it is let go of, everything in it ends.
final class Cell {
  /// A pidfd of the holder.
  let holder: Descriptor
  /// Absent where the cell has no tree.
  let workFolder: SharedDescriptor?
  /// Absent where Landlock is not used.
  let ruleset: SharedDescriptor?
  let kind: Int

  init(
    kind: Int, holder: consuming Descriptor, workFolder: SharedDescriptor?,
    ruleset: SharedDescriptor?
  ) {
    self.kind = kind
    self.holder = holder
    self.workFolder = workFolder
    self.ruleset = ruleset
  }

  /// SIGKILL for the holder: where it is pid 1 of its namespace, the kernel ends all others in it
  /// before it is gone.
  func end() { _ = linux_pidfd_signal(holder.number, SIGKILL) }

  deinit { end() }
}
