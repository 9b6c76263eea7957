internal import SandboxBase

extension SyscallGroup {
  /// A row takes the place of one for the same call that refuses more; it never narrows.
  package var rows: [SyscallRule] {
    switch self {
    case .asynchronousFiles:
      [
        .allow(
          "io_setup", "io_submit", "io_getevents", "io_pgetevents", "io_cancel", "io_destroy",
          because: "libaio, for programs that read with O_DIRECT; io_uring is not in it")
      ]
    case .sharedMemory: Self.shared
    case .fileWatching:
      [
        .allow(
          "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
          because: "waiting for changes of files that the job can read; fanotify is not in it")
      ]
    case .memoryPolicy:
      [
        .allow(
          "move_pages", "migrate_pages", when: [[.int(0, is: 0)]],
          because: "a process's own pages: Java and databases spread them over nodes"),
        .allow(
          "set_mempolicy_home_node", because: "the node to prefer, for a range of own memory"),
      ]
    case .fileHandles:
      [
        .allow(
          "name_to_handle_at",
          because: "file servers compare handles; open_by_handle_at stays refused")
      ]
    case .addressLayout: [Self.personality]
    }
  }

  private static let shared: [SyscallRule] = [
    .allow(
      "shmget", "shmdt", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd",
      "msgrcv", "msgctl",
      because: "databases and solvers; the objects are those of the job's own IPC namespace"),
    // SHM_EXEC of shmat(2).
    .deny(
      "shmat", when: [[.bits(2, 0x8000, are: 0x8000)]],
      because: "attached to read and write: executable memory is not part of the bargain"),
    .allow(
      "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr",
      because: "POSIX queues; a limit of 0 bytes keeps them empty unless policy raises it"),
    .allow(
      "memfd_create",
      because: "memory files; under compute they are a way around its rows on executable pages"),
  ]

  /// ADDR_NO_RANDOMIZE of personality(2), alone and beside the ordinary ones.
  private static let personality = SyscallRule.allow(
    "personality",
    when: SyscallCatalogue.personalities.map { [.int(0, is: $0)] } + [
      [.int(0, is: 0x40000)], [.int(0, is: 0x40008)],
    ],
    because: "sanitizers, Lisp images and reproducible builds start themselves again without "
      + "random addresses; READ_IMPLIES_EXEC and the other switches stay refused")
}
