internal import CLinux
internal import Glibc

/// A sandbox that stands, for one job: namespaces, the process that holds them, and what goes with
/// them. When it is let go of, everything in it ends.
final class PrebuiltSandbox {
  /// A pidfd of the sandbox init.
  let initProcess: Descriptor
  /// Absent where the sandbox has no tree.
  let workFolder: SharedDescriptor?
  /// Absent where Landlock is not used.
  let ruleset: SharedDescriptor?
  let specIndex: Int

  init(
    specIndex: Int, initProcess: consuming Descriptor, workFolder: SharedDescriptor?,
    ruleset: SharedDescriptor?
  ) {
    self.specIndex = specIndex
    self.initProcess = initProcess
    self.workFolder = workFolder
    self.ruleset = ruleset
  }

  /// SIGKILL for the sandbox init: where it is pid 1 of its namespace, the kernel ends all others in it
  /// before it is gone.
  func end() { _ = linux_pidfd_send_signal(initProcess.fd, SIGKILL) }

  deinit { end() }
}
