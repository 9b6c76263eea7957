/// The filter of the service itself: what its threads call from the drop of privilege on, and
/// nothing that starts a program, takes connections elsewhere or makes memory executable.
///
/// Whatever no row names answers ENOSYS, as in a job (`SyscallCatalogue`).
package enum ServiceFilter {
  /// PROT_EXEC of mmap(2) and mprotect(2), the third argument of both.
  private static let executable: UInt64 = 4
  /// CLONE_THREAD of clone(2).
  private static let thread: UInt64 = 0x1_0000

  /// The rules; each call is named once.
  package static let rules: [SyscallRule] =
    files + memory + threads + waiting + channels + facts + refused

  private static let files: [SyscallRule] = [
    .allow(
      "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "lseek",
      "sendfile", because: "requests, responses, the store and output"),
    .allow(
      "close", "close_range", "dup", "dup2", "dup3", "fcntl", "flock",
      because: "descriptors, and SQLite's locks"),
    .allow(
      "open", "openat", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs",
      "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "getdents64",
      because: "the state folder and what the resolver reads; Landlock says which files"),
    .allow(
      "ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "sync_file_range", "fchmod",
      "fchown", "utimensat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "rename",
      "renameat", "renameat2", "link", "linkat", because: "the store and the files of output"),
    .allow("memfd_create", because: "the standard input of a job"),
  ]

  private static let memory: [SyscallRule] = [
    .allow(
      "mmap", "mprotect", when: [[.bits(2, executable, are: 0)]],
      because: "memory, but none that is executable: all code was mapped before"),
    .allow("brk", "munmap", "mremap", "madvise", "membarrier", because: "memory"),
  ]

  private static let threads: [SyscallRule] = [
    .allow(
      "clone", when: [[.bits(0, thread, are: thread)]], because: "threads, but no processes"),
    .absent(
      "clone3", because: "its flags are behind a pointer: the C library goes on with clone(2)"),
    .allow(
      "futex", "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "sched_yield",
      "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max",
      "sched_get_priority_min", "setpriority", "getpriority", "gettid", "getcpu", "exit",
      "exit_group", because: "threads of the C library and of Dispatch"),
    .allow(
      "prctl",
      when: [
        [.int(0, is: 15)], [.int(0, is: 16)], [.int(0, is: 21)],
        [.int(0, is: 0x5356_4d41)],
      ],
      because: "names of threads and of memory, and whether there is a filter"),
    .allow(
      "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "rt_sigsuspend",
      "sigaltstack", "tgkill", "pause", "restart_syscall",
      because: "signals; Landlock and the uid say who can be sent any"),
  ]

  private static let waiting: [SyscallRule] = [
    .allow(
      "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll",
      "select", "pselect6", "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
      because: "waiting"),
    .allow(
      "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
      because: "time"),
    .allow(
      "wait4", "waitid", "pidfd_open", because: "the end of the launcher, the one child"),
  ]

  private static let channels: [SyscallRule] = [
    .allow("pipe2", because: "output of jobs, and waking of threads"),
    .allow(
      "socket",
      when: [
        [.int(0, is: 1)], [.int(0, is: 2), .bits(1, 0xf, are: 1)],
        [.int(0, is: 2), .bits(1, 0xf, are: 2)], [.int(0, is: 10), .bits(1, 0xf, are: 1)],
        [.int(0, is: 10), .bits(1, 0xf, are: 2)], [.int(0, is: 16), .int(2, is: 0)],
      ],
      because: "callbacks and the resolver: AF_UNIX, TCP and UDP, and routes by netlink"),
    .allow("socketpair", when: [[.int(0, is: 1)]], because: "waking of libcurl's threads"),
    .allow(
      "accept", "accept4", "connect", "bind", "shutdown", "getsockname", "getpeername",
      "getsockopt", "setsockopt", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg",
      "recvmmsg",
      because: "connections; bind(2) is for netlink, and without listen(2) it takes none"),
    .allow(
      "ioctl",
      when: [
        [.int(1, is: 0x541b)], [.int(1, is: 0x5421)], [.int(1, is: 0x5401)], [.int(1, is: 0x5411)],
      ],
      because: "FIONREAD, FIONBIO, whether the log is a terminal, and TIOCOUTQ: what of an answer "
        + "its client has not acknowledged"),
  ]

  private static let facts: [SyscallRule] = [
    .allow("getrandom", because: "ids and tokens"),
    .allow(
      "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid",
      "getresgid", "uname", "sysinfo", "getrusage", "capget", because: "facts about itself"),
    .allow(
      "getrlimit", because: "its own limits"),
    .allow("prlimit64", when: [[.int(0, is: 0)]], because: "its own limits"),
  ]

  private static let refused: [SyscallRule] = [
    .deny(
      "execve", "execveat", "fork", "vfork", because: "no program is started from here"),
    .deny("listen", because: "every listening socket was made before"),
    .deny(
      "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kill", "tkill",
      because: "no other process is reached"),
  ]
}
