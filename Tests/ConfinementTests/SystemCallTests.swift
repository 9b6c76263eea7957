import TestSupport
import Testing

extension Confinement {
  @Suite struct SystemCallTests {
    static let refused = [
      "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
      "fsmount", "fspick", "mount_setattr", "ptrace", "process_vm_readv", "process_vm_writev",
      "kcmp", "pidfd_getfd", "process_madvise", "move_pages", "migrate_pages", "seccomp-listener",
      "bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module",
      "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "quotactl_fd", "quotactl",
      "acct", "syslog", "iopl", "ioperm", "modify_ldt", "personality", "clock_settime",
      "settimeofday", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
      "open_by_handle_at", "name_to_handle_at", "fanotify_init", "fanotify_mark",
    ]
    /// Those that an unprivileged user's own lack of rights would hide the filter behind.
    static let refusedToAnyUser: Set<String> = [
      "pivot_root", "move_mount", "fsopen", "fsmount", "fspick", "reboot", "swapoff", "acct",
      "syslog", "sethostname", "setdomainname", "bpf", "init_module", "finit_module",
      "delete_module", "kexec_load", "kexec_file_load", "open_by_handle_at", "quotactl",
    ]
    static let hidden = [
      "clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key",
      "request_key", "remap_file_pages",
    ]

    // Proves P-008, P-074.
    @Test(arguments: refused)
    func `a job is refused a call`(_ call: String) throws {
      #expect(try facts("calls")[call] == "EPERM")
    }

    // Twin of P-008, P-074.
    @Test(arguments: refused)
    func `outside, root is not refused the call`(_ call: String) throws {
      #expect(try bareFacts("calls")[call] != "EPERM")
    }

    // Twin of P-008, P-074.
    @Test(arguments: refused.filter { !refusedToAnyUser.contains($0) })
    func `it is the filter that refuses, not the lack of privilege`(_ call: String) throws {
      #expect(try unprivilegedFacts("calls")[call] != "EPERM")
    }

    // Proves P-009, P-075.
    @Test(arguments: hidden)
    func `a call that runtimes do without is not there`(_ call: String) throws {
      #expect(try facts("calls")[call] == "ENOSYS")
    }

    // Twin of P-009, P-075.
    @Test(arguments: hidden)
    func `outside, that call is there`(_ call: String) throws {
      #expect(try bareFacts("calls")[call] != "ENOSYS")
    }

    @Test func `every call that the probe makes is one that should fail`() throws {
      #expect(Set(try facts("calls").names) == Set(Self.refused + Self.hidden))
    }

    @Test func `numbers that no kernel knows answer as in any kernel`() throws {
      let facts = try facts("unknown-numbers")
      #expect(!facts.names.isEmpty)
      for name in facts.names { #expect(facts[name] == "ENOSYS", "\(name)") }
    }

    static let namespaces = [
      "clone-mount", "clone-process", "clone-network", "clone-ipc", "clone-uts", "clone-cgroup",
      "clone-user", "setns", "unshare-files", "unshare-user",
    ]

    // Proves P-011.
    @Test(arguments: namespaces)
    func `a job gets no namespace`(_ way: String) throws {
      #expect(try facts("namespaces")[way] == "EPERM")
    }

    // Twin of P-011.
    @Test(arguments: namespaces)
    func `outside, root gets that namespace`(_ way: String) throws {
      #expect(try bareFacts("namespaces")[way] != "EPERM")
    }

    @Test(arguments: ["clone-user", "setns", "unshare-files", "unshare-user"])
    func `outside, even an unprivileged user gets that namespace`(_ way: String) throws {
      #expect(try unprivilegedFacts("namespaces")[way] != "EPERM")
    }

    // Proves P-115.
    @Test func `ordinary calls beside the refused ones work`() throws {
      let facts = try facts("ordinary")
      for name in facts.names where name != "window-size" {
        #expect(facts[name] == "ok", "\(name)")
      }
      #expect(facts["window-size"] == "ENOTTY")
      #expect(facts.names.count == 8)
    }
  }
}
