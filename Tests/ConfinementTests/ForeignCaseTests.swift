import TestSupport
import Testing

/// Cases after the test suites of bubblewrap, of the kernel and of the Linux Test Project
/// (Tests/Foreign), run as one job and once outside.
@Suite(.foreignCases)
struct ForeignCaseTests {
  /// What goes well, or fails in the same way, inside and outside: it harms nobody.
  static let harmless = [
    "try-syscall-chmod", "try-syscall-ioctl-TIOCNOTTY", "try-syscall-listen", "try-syscall-prctl",
    "seccomp-filter-too-long", "landlock-narrow", "pidfd-signal-self", "pidfd-wait", "pidfd-stale",
  ]

  static let refused =
    [
      "try-syscall-chroot", "try-syscall-clone3", "try-syscall-ioctl-TIOCSTI",
      "try-syscall-ioctl-TIOCSTI-CVE-2019-10063", "try-syscall-ioctl-TIOCLINUX",
      "seccomp-allow-all-lifts-nothing", "seccomp-trace-lifts-nothing", "seccomp-listener",
      "seccomp-no-new-privs-off", "seccomp-mode-off", "seccomp-traceme", "seccomp-read-filter",
      "seccomp-strict-mode", "landlock-widen", "landlock-mount", "landlock-rename-out",
      "pidfd-signal-first", "pidfd-getfd", "pidfd-setns", "pidfd-process-madvise",
    ]
    + [
      "chroot01", "mount03", "umount02", "pivot_root01", "unshare02", "setns01", "sethostname03",
      "adjtimex02", "acct01", "swapon03", "quotactl01", "reboot02", "init_module02", "bpf_map01",
      "fanotify14", "perf_event_open01", "userfaultfd01", "io_uring01", "keyctl01", "add_key02",
      "mknod01", "setpriority02", "sched_setscheduler03", "personality01", "modify_ldt02",
      "iopl02", "open_by_handle", "process_vm01", "packet_socket", "netlink_socket", "raw_socket",
      "vsock_socket", "aio_executable", "attach_at_zero",
    ].map { "ltp-\($0)" }

  /// EINVAL: there is no way back in what the kernel takes once only.
  static let refusals: Set<String?> = [
    "EPERM", "EACCES", "ENOSYS", "EAFNOSUPPORT", "EROFS", "EXDEV", "EINVAL", "ENOENT",
  ]

  // Proves P-111.
  @Test(arguments: refused)
  func `a case of another project's suite is refused to a job`(_ name: String) throws {
    let inside = try Self.inside()[name]
    #expect(Self.refusals.contains(inside), "\(inside ?? "it did not run")")
  }

  // Twin of P-111.
  /// A machine may lack what a case tries; then it fails in another way than by refusal.
  @Test(arguments: refused)
  func `outside, that case goes otherwise`(_ name: String) throws {
    let outside = try #require(Self.outside.get()[name])
    #expect(try outside != Self.inside()[name], "both: \(outside)")
  }

  // Proves P-111.
  @Test(arguments: harmless)
  func `what harms nobody goes as outside`(_ name: String) throws {
    #expect(try Self.inside()[name] == Self.outside.get()[name])
    #expect(try Self.inside()[name] != nil)
  }

  @Test func `every case of the program is in one of the two lists`() throws {
    #expect(try Set(Self.inside().names) == Set(Self.harmless + Self.refused))
  }

  private static func inside() throws -> ProbeOutput {
    let shared = try #require(SharedServer.current)
    return try shared.facts.answer(["foreign"]) {
      ProbeOutput(try shared.server.run(program.get()).stdout)
    }
  }

  /// In a mount namespace of its own, since some of it would change this machine's mounts.
  private static let outside = Result<ProbeOutput, any Error> {
    let folder = try RootFolder()
    let run = try CommandRun(
      "/usr/bin/unshare", ["--mount", program.get()], folder: folder.path, seconds: 60)
    return ProbeOutput(run.stdout)
  }

  fileprivate static let program = Result<String, any Error> {
    try CProgram.compile("foreign", from: "Foreign")
  }
}

extension Trait where Self == SharedServer {
  /// With the program of Tests/Foreign.
  static var foreignCases: Self {
    SharedServer { try RunningServer(whitelist: [ForeignCaseTests.program.get()]) }
  }
}
