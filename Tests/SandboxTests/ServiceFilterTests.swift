import SandboxBase
import Testing

@testable import SandboxFilter

/// The filter of the service itself, as a table and as a program.
struct ServiceFilterTests {
  @Test func `no call that starts a program or reaches another process is allowed`() {
    let allowed = Set(ServiceFilter.rules.filter(\.mayAllow).flatMap(\.names))
    for name in [
      "execve", "execveat", "fork", "vfork", "clone3", "ptrace", "process_vm_readv",
      "process_vm_writev", "pidfd_getfd", "pidfd_send_signal", "kill", "listen", "unshare", "setns",
      "mount", "bpf", "io_uring_setup", "userfaultfd", "keyctl", "pkey_mprotect", "setresuid",
      "capset", "seccomp", "landlock_restrict_self", "shmat", "personality", "process_madvise",
    ] {
      #expect(!allowed.contains(name), "\(name)")
    }
  }

  @Test func `each call is named once, and the program is short`() throws {
    let names = ServiceFilter.rules.flatMap(\.names)
    #expect(Set(names).count == names.count)
    #expect(try FilterRequest.compileServiceFilter().count < 300)
  }
}
