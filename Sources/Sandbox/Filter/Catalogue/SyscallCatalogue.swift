internal import SandboxBase

/// The `standard` profile: what ordinary programs need, and nothing that reaches past the job. The
/// other profiles are this one and their differences from it (`ProfileRows`).
///
/// What no row names answers ENOSYS, so that a call that is newer than this list looks like one
/// that is newer than the kernel. Rows are read by people: each says why it is there.
package enum SyscallCatalogue {
  /// Rules of the `standard` profile; each call is named once.
  package static let standard: [SyscallRule] =
    files + folders + names + memory + processes + time + waiting + identity + channels
    + conditional + refused + hidden

  private static let files: [SyscallRule] = [
    .allow(
      "read", "pread64", "readv", "preadv", "preadv2", "write", "pwrite64", "writev", "pwritev",
      "pwritev2", "lseek", because: "reading and writing"),
    .allow(
      "close", "close_range", "dup", "dup2", "dup3", "fcntl", "flock",
      because: "descriptors; file locks are what git and SQLite are built on"),
    .allow(
      "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat",
      "faccessat2", because: "looking at files; the kernel checks the job's rights"),
    .allow(
      "truncate", "ftruncate", "fallocate", "fadvise64", "readahead", "sync", "syncfs", "fsync",
      "fdatasync", "sync_file_range", "copy_file_range", "sendfile", "splice", "tee", "vmsplice",
      because: "sizes, durability and copies without a buffer"),
    .allow(
      "io_setup", "io_submit", "io_getevents", "io_pgetevents", "io_cancel", "io_destroy",
      because: "libaio; unlike io_uring it opens no second way to other calls"),
    .allow(
      "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr", "setxattr",
      "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
      because: "cp -a and tar; capabilities in xattrs need a privilege that no job has"),
  ]

  private static let folders: [SyscallRule] = [
    .allow(
      "getcwd", "chdir", "fchdir", "getdents", "getdents64", "rmdir", "inotify_init",
      "inotify_init1", "inotify_add_watch", "inotify_rm_watch", because: "folders")
  ]

  private static let names: [SyscallRule] = [
    .allow(
      "link", "linkat", "symlink", "symlinkat", "readlink", "readlinkat", "rename", "renameat",
      "renameat2", "unlink", "unlinkat", because: "names of files"),
    .allow(
      "chown", "fchown", "lchown", "fchownat",
      because: "tar and install try it; without CAP_CHOWN the kernel refuses"),
    .allow("utime", "utimes", "utimensat", "futimesat", because: "times of files"),
    .allow("umask", because: "every shell"),
  ]

  private static let memory: [SyscallRule] = [
    .allow(
      "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "mincore", "mlock",
      "mlock2", "mlockall", "munlock", "munlockall", "membarrier", "memfd_create", "pkey_alloc",
      "pkey_free", "pkey_mprotect",
      because: "memory; writable and executable pages too, which V8, Java and PyPy need"),
    .allow(
      "get_mempolicy", "set_mempolicy", "mbind", "getcpu",
      because: "x265 and OpenMP place their threads"),
    .allow(
      "shmget", "shmat", "shmdt", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget",
      "msgsnd", "msgrcv", "msgctl", because: "System V memory, semaphores and queues"),
  ]

  private static let processes: [SyscallRule] = [
    .allow(
      "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid",
      because: "starting programs; no_new_privs keeps set-id files harmless"),
    .allow(
      "kill", "tkill", "tgkill", "pidfd_open", "pidfd_send_signal", "rt_sigqueueinfo",
      "rt_tgsigqueueinfo", because: "signals; the job's own uid is all that they reach"),
    .allow(
      "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn", "rt_sigsuspend",
      "rt_sigtimedwait", "sigaltstack", "signalfd", "signalfd4", "restart_syscall", "pause",
      because: "handling signals"),
    .allow(
      "getpid", "getppid", "gettid", "getpgid", "getpgrp", "getsid", "setpgid", "setsid",
      because: "process groups and sessions, for shells"),
    .allow(
      "set_tid_address", "set_robust_list", "get_robust_list", "rseq", "arch_prctl", "prctl",
      "futex", because: "threads and their locks"),
    .allow(
      "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam",
      "sched_setparam", "sched_getscheduler", "sched_setscheduler", "sched_getattr",
      "sched_setattr", "sched_get_priority_max", "sched_get_priority_min",
      "sched_rr_get_interval", "getpriority", "setpriority", "ioprio_get", "ioprio_set",
      because: "scheduling; the limits forbid real-time and negative nice values"),
    .allow(
      "getrlimit", "setrlimit", "prlimit64", "getrusage", "times", "sysinfo", "uname",
      "getrandom", because: "facts about the machine and the job; hard limits only go down"),
    .allow(
      "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
      because: "a job may confine itself further"),
  ]

  private static let time: [SyscallRule] = [
    .allow(
      "time", "gettimeofday", "clock_gettime", "clock_getres", "nanosleep", "clock_nanosleep",
      "alarm", "getitimer", "setitimer", "timer_create", "timer_settime", "timer_gettime",
      "timer_getoverrun", "timer_delete", "timerfd_create", "timerfd_settime", "timerfd_gettime",
      because: "clocks, read only, and timers")
  ]

  private static let waiting: [SyscallRule] = [
    .allow(
      "select", "pselect6", "poll", "ppoll", "epoll_create", "epoll_create1", "epoll_ctl",
      "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "pipe", "pipe2",
      because: "event loops and pipelines")
  ]

  private static let identity: [SyscallRule] = [
    .allow(
      "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "capget",
      because: "asking who one is"),
    .allow(
      "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid",
      "setfsgid", "setgroups", "capset",
      because: "programs that drop privilege call them; without any the kernel grants nothing"),
  ]

  private static let channels: [SyscallRule] = [
    .allow(
      "bind", "listen", "accept", "accept4", "connect", "getsockname", "getpeername", "sendto",
      "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "getsockopt",
      "setsockopt", because: "on sockets of the families that socket() grants"),
    .allow(
      "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr",
      because: "POSIX queues; a limit of 0 bytes keeps them empty"),
  ]

  /// NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of clone(2). NEWTIME lies in the
  /// bits of the exit signal there and cannot be asked for.
  static let namespaceFlags: UInt64 = 0x7e02_0000
  /// PER_LINUX and PER_LINUX32, each also with UNAME26, and the question for the present one.
  static let personalities: [UInt32] = [0, 0x8, 0x20000, 0x20008, 0xffff_ffff]
  private static let setIDBits: UInt64 = 0o6000
  private static let fileKind: UInt64 = 0o170000

  private static let conditional: [SyscallRule] = [
    .allow(
      "clone", when: [[.bits(0, namespaceFlags, are: 0)]],
      because: "threads and processes, but no namespace: a user namespace is a way to root"),
    .allow(
      "socket", "socketpair", when: [[.int(0, is: 1)]], otherwise: .noFamily,
      because: "AF_UNIX; the network is a grant of policy, and no other family ever is"),
    .deny(
      "ioctl", when: [[.int(1, is: 0x5412)], [.int(1, is: 0x541c)]],
      because: "TIOCSTI and TIOCLINUX type into the operator's terminal"),
    .deny(
      "seccomp", when: [[.bits(1, 8, are: 8)]],
      because: "a job may filter itself further, but not with a listener that answers for it"),
    .allow(
      "personality",
      when: personalities.map { [.int(0, is: $0)] },
      because: "asking, and the ordinary ones; the rest turns protections off"),
    .allow(
      "chmod", "fchmod", when: [[.bits(1, setIDBits, are: 0)]],
      because: "set-id files outlive the job that made them"),
    .allow(
      "fchmodat", "mkdirat", when: [[.bits(2, setIDBits, are: 0)]],
      because: "as chmod"),
    .allow(
      "creat", "mkdir", when: [[.bits(1, setIDBits, are: 0)]], because: "as chmod"),
    .allow(
      "open", when: [[.bits(2, setIDBits, are: 0)], [.bits(1, creates, are: 0)]],
      because: "as chmod; the mode counts only where a file is made"),
    .allow(
      "openat", when: [[.bits(3, setIDBits, are: 0)], [.bits(2, creates, are: 0)]],
      because: "as open"),
    .allow(
      "mknod", when: harmlessNodes(mode: 1), because: "files, FIFOs and sockets; no devices"),
    .allow("mknodat", when: harmlessNodes(mode: 2), because: "as mknod"),
  ]

  /// O_CREAT and O_TMPFILE of open(2), without the O_DIRECTORY that O_TMPFILE includes.
  private static let creates: UInt64 = 0o20_000_100

  private static func harmlessNodes(mode: Int) -> [[ArgumentTest]] {
    [0, 0o100000, 0o010000, 0o140000].map { kind in
      [.bits(mode, fileKind | setIDBits, are: kind)]
    }
  }

  private static let refused: [SyscallRule] = [
    .deny(
      "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
      "move_mount", "open_tree", "mount_setattr", because: "the tree is the launcher's to make"),
    .deny("unshare", "setns", because: "namespaces are the launcher's to make"),
    .deny(
      "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
      "pidfd_getfd", because: "reaching into other processes"),
    .deny(
      "bpf", "perf_event_open", "userfaultfd", "fanotify_init", "fanotify_mark",
      because: "kernel interfaces that exploits are made of"),
    .deny(
      "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
      "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "vhangup",
      "sethostname", "setdomainname", because: "administering the machine"),
    .deny(
      "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", because: "setting clocks"),
    .deny("iopl", "ioperm", "modify_ldt", because: "the processor's back doors"),
    .deny(
      "open_by_handle_at", "name_to_handle_at", "lookup_dcookie",
      because: "files without a path, past every folder's permissions"),
    .deny("migrate_pages", "move_pages", because: "moving memory of other processes"),
  ]

  private static let hidden: [SyscallRule] = [
    .probe("clone3", because: "its flags are behind a pointer; libc falls back on clone"),
    .absent(
      "io_uring_setup", "io_uring_enter", "io_uring_register",
      because: "it makes calls that no filter sees; libuv and others fall back"),
    .absent(
      "add_key", "keyctl", "request_key",
      because: "keyrings belong to the machine, not to the job"),
    .absent(
      "openat2", because: "its mode is behind a pointer, where set-id bits could hide"),
    .absent("memfd_secret", "remap_file_pages", because: "no ordinary program needs them"),
  ]
}
