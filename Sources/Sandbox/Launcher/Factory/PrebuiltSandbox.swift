internal import CLinux
internal import Glibc
internal import SystemBase

/// A prebuilt sandbox for one job: its namespaces, the init process that keeps them alive, its
/// scratch tmpfs and its Landlock ruleset. Releasing it kills every process in it.
final class PrebuiltSandbox {
  /// A pidfd of the sandbox init.
  let initProcess: Descriptor
  /// The root of the scratch tmpfs. Absent where the sandbox has no tree.
  let scratchRoot: SharedDescriptor?
  /// Absent where Landlock is not used.
  let ruleset: SharedDescriptor?
  let specIndex: Int

  init(
    specIndex: Int, initProcess: consuming Descriptor, scratchRoot: SharedDescriptor?,
    ruleset: SharedDescriptor?
  ) {
    self.specIndex = specIndex
    self.initProcess = initProcess
    self.scratchRoot = scratchRoot
    self.ruleset = ruleset
  }

  /// Kills the sandbox init. Where that is pid 1 of its PID namespace, the kernel kills every other
  /// process in it first (pid_namespaces(7)).
  func end() { _ = linux_pidfd_send_signal(initProcess.fd, SIGKILL) }

  deinit { end() }
}
