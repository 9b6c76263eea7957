internal import SandboxBase

/// What the profiles change in `SyscallCatalogue.standard`. A row here takes the place of the one
/// that the catalogue has for the same call.
enum ProfileRows {
  static func differences(of profile: SyscallProfile) -> [SyscallRule] {
    switch profile {
    case .compute: computeProcesses + computeMemory + computeChannels + computeKernel
    case .standard, .network, .jit, .build: []
    }
  }

  /// CLONE_THREAD of clone(2); the kernel asks for CLONE_VM and CLONE_SIGHAND beside it.
  private static let thread: UInt64 = 0x10000
  /// PROT_WRITE and PROT_EXEC of mmap(2).
  private static let write: UInt64 = 0x2
  private static let execute: UInt64 = 0x4

  private static let computeProcesses: [SyscallRule] = [
    .deny("fork", "vfork", because: "no new processes; with EPERM, which callers of fork report"),
    .allow(
      "clone", when: [[.bits(0, SyscallCatalogue.namespaceFlags | thread, are: thread)]],
      because: "threads of this process and nothing else"),
    .allow(
      "execve", "execveat",
      because: "the launch's last step, under this filter already, and what env and #! lines do; "
        + "a program only takes the place of another, under the same filter and the same rights"),
    .absent(
      "pidfd_open", "pidfd_send_signal", "rt_tgsigqueueinfo",
      because: "there is no other process to hold or to signal"),
  ]

  private static let computeMemory: [SyscallRule] = [
    .deny(
      "mmap", when: [[.bits(2, write | execute, are: write | execute)]],
      because: "no page that is writable and executable at once"),
    .deny(
      "mprotect", "pkey_mprotect", when: [[.bits(2, execute, are: execute)]],
      because: "no page that becomes executable after it was written: a filter cannot see what a "
        + "page was before. What it cannot see either is one file mapped twice, to write and to "
        + "execute"),
    .absent(
      "memfd_create",
      because: "a file without a name is the shortest way around the two rows before"),
  ]

  private static let computeChannels: [SyscallRule] = [
    SyscallRule(
      names: ["socket"], cases: [], otherwise: .noFamily,
      because: "no sockets but those of socketpair, which nobody else can name"),
    .absent(
      "bind", "listen", "accept", "accept4", "connect",
      because: "nothing for them to work on: the pair is connected"),
    .absent(
      "shmget", "shmat", "shmdt", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget",
      "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive",
      "mq_notify", "mq_getsetattr",
      because: "no other process to share with; the group shared-memory gives them back"),
  ]

  private static let computeKernel: [SyscallRule] = [
    .absent(
      "io_setup", "io_submit", "io_getevents", "io_pgetevents", "io_cancel", "io_destroy",
      because: "much kernel code for few programs; the group asynchronous-files gives it back"),
    .absent(
      "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
      because: "nobody else changes its files; the group file-watching gives it back"),
    .absent(
      "splice", "tee", "vmsplice",
      because: "pages of files in pipes (CVE-2022-0847); programs copy where there are none"),
  ]
}
