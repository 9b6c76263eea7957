@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// What the profiles promise, each promise looked up in the compiled filter.
@Suite struct ProfileTests {
  /// Reach past the job, or make calls that no filter sees, whatever policy adds.
  private static let never: [String] = [
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
    "move_mount", "open_tree", "mount_setattr", "unshare", "setns", "bpf", "perf_event_open",
    "userfaultfd", "fanotify_init", "fanotify_mark", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct",
    "quotactl", "quotactl_fd", "syslog", "vhangup", "sethostname", "setdomainname",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "iopl", "ioperm",
    "modify_ldt", "open_by_handle_at", "lookup_dcookie", "clone3", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "add_key", "keyctl", "request_key", "openat2",
    "memfd_secret",
  ]

  private static func machine(_ request: FilterRequest) throws -> BPFInterpreter {
    BPFInterpreter(program: try request.compile())
  }

  private static func call(_ name: String, _ arguments: UInt64...) throws -> BPFInterpreter.Call {
    let number = try #require(try SyscallNumbers.number(of: name))
    return BPFInterpreter.Call(
      number: number, architecture: Simulator.native,
      arguments: arguments + Array(repeating: 0, count: 6 - arguments.count))
  }

  private static func verdict(
    _ request: FilterRequest, _ name: String, _ arguments: UInt64...
  ) throws -> SyscallVerdict {
    var call = try call(name)
    for (index, argument) in arguments.enumerated() { call.arguments[index] = argument }
    return try machine(request).verdict(call)
  }

  @Test func `no grant, group or rule opens a call that is always refused`() throws {
    for filter in try FilterCase.distinct.get() {
      for name in Self.never {
        for fill in [0, 1, .max] as [UInt64] {
          var call = try Self.call(name)
          call.arguments = Array(repeating: fill, count: 6)
          #expect(try filter.machine.verdict(call) != .allow, "\(filter.name): \(name)")
        }
      }
    }
  }

  @Test(arguments: SyscallProfile.allCases)
  func `a group and a grant take nothing away, but what Landlock would not see`(
    _ profile: SyscallProfile
  ) throws {
    let base = try FilterCase("", FilterRequest(profile: profile))
    for (name, request) in FilterCase.sections(of: profile) where !name.contains("tcp") {
      let wider = try Self.machine(request)
      for (number, rule) in base.rules {
        for arguments in [[0, 0, 0, 0, 0, 0]] + RuleOracle.cornerArguments(of: rule) {
          let call = BPFInterpreter.Call(
            number: number, architecture: Simulator.native, arguments: arguments)
          guard try base.machine.verdict(call) == .allow else { continue }
          #expect(try wider.verdict(call) == .allow, "\(name): \(rule.names)")
        }
      }
    }
  }

  @Test func `compute has threads and no processes, and standard has both`() throws {
    let compute = FilterRequest(profile: .compute)
    let thread: UInt64 = 0x3d0f00
    let child: UInt64 = 0x1200011
    #expect(try Self.verdict(compute, "clone", thread) == .allow)
    #expect(try Self.verdict(compute, "clone", thread | 0x1000_0000) == .deny)
    for name in ["fork", "vfork"] {
      #expect(try Self.verdict(compute, name) == .deny)
      #expect(try Self.verdict(FilterRequest(profile: .standard), name) == .allow)
    }
    #expect(try Self.verdict(compute, "clone", child) == .deny)
    #expect(try Self.verdict(FilterRequest(profile: .standard), "clone", child) == .allow)
    for name in SyscallOverrides.essential { #expect(try Self.verdict(compute, name) == .allow) }
  }

  @Test func `compute has no page that is written and executed, and standard has`() throws {
    let compute = FilterRequest(profile: .compute)
    let standard = FilterRequest(profile: .standard)
    for (name, rights, isRefused) in [
      ("mmap", 7, true), ("mmap", 6, true), ("mmap", 3, false), ("mmap", 5, false),
      ("mprotect", 7, true), ("mprotect", 5, true), ("mprotect", 3, false),
      ("pkey_mprotect", 5, true),
    ] as [(String, UInt64, Bool)] {
      for high in [0, 1 << 40] as [UInt64] {
        #expect(
          try Self.verdict(compute, name, 0, 0, rights | high) == (isRefused ? .deny : .allow))
        #expect(try Self.verdict(standard, name, 0, 0, rights | high) == .allow)
      }
    }
    // READ_IMPLIES_EXEC would make every readable page executable.
    #expect(try Self.verdict(compute, "personality", 0x40_0000) == .deny)
    var shared = compute
    shared.calls.groups = [.sharedMemory]
    #expect(try Self.verdict(shared, "shmat", 0, 0, 0) == .allow)
    #expect(try Self.verdict(shared, "shmat", 0, 0, 0x8000) == .deny)
  }

  /// A socket, and with which grants and under which profile it can be made.
  private struct Socket: Sendable {
    let family: UInt64
    let type: UInt64
    let number: UInt64
    let isTCP: Bool
    let isAllowed: Bool
    var needsNetwork = false
  }

  private static let sockets: [Socket] = [
    Socket(family: 2, type: 1, number: 0, isTCP: true, isAllowed: true),
    Socket(family: 10, type: 0x80801, number: 6, isTCP: true, isAllowed: true),
    Socket(family: 2, type: 0x80002, number: 17, isTCP: false, isAllowed: true),
    Socket(family: 10, type: 2, number: 0, isTCP: false, isAllowed: true),
    // Raw, SCTP, MPTCP, ICMP, and a stream that says it is UDP.
    Socket(family: 2, type: 3, number: 0, isTCP: false, isAllowed: false),
    Socket(family: 2, type: 1, number: 132, isTCP: false, isAllowed: false),
    Socket(family: 10, type: 1, number: 262, isTCP: false, isAllowed: false),
    Socket(family: 2, type: 2, number: 1, isTCP: false, isAllowed: false),
    Socket(family: 2, type: 1, number: 17, isTCP: false, isAllowed: false),
    // NETLINK_ROUTE, NETLINK_NETFILTER; AF_PACKET, AF_ALG, AF_VSOCK, AF_XDP.
    Socket(family: 16, type: 3, number: 0, isTCP: true, isAllowed: true, needsNetwork: true),
    Socket(family: 16, type: 3, number: 12, isTCP: false, isAllowed: false),
    Socket(family: 17, type: 3, number: 0, isTCP: false, isAllowed: false),
    Socket(family: 38, type: 5, number: 0, isTCP: false, isAllowed: false),
    Socket(family: 40, type: 1, number: 0, isTCP: false, isAllowed: false),
    Socket(family: 44, type: 3, number: 0, isTCP: false, isAllowed: false),
  ]

  @Test func `a grant opens TCP and UDP, a grant of ports TCP alone, and none nothing`() throws {
    for profile in SyscallProfile.allCases where profile.takesNetwork {
      for (name, grant) in [("none", NetworkGrant.none)] + FilterCase.grants {
        let machine = try Self.machine(FilterRequest(profile: profile, network: grant))
        let isTCP = name.hasPrefix("tcp")
        for socket in Self.sockets {
          // The kernel takes ints: what stands above them must not matter.
          for high in [0, 0xffff_ffff_0000_0000] as [UInt64] {
            let call = try Self.call(
              "socket", socket.family | high, socket.type | high, socket.number | high)
            let expected =
              socket.isAllowed && grant.hasInternetSockets && (!isTCP || socket.isTCP)
              && (!socket.needsNetwork || profile == .network)
            let isAllowed = try machine.verdict(call) == .allow
            #expect(isAllowed == expected, "\(profile), \(name): \(socket)")
          }
        }
        #expect(try machine.verdict(Self.call("socket", 1, 1, 0)) == .allow)
      }
    }
  }

  @Test func `a grant of ports leaves no way to connect or to listen unseen`() throws {
    let ports = FilterRequest(profile: .standard, network: .tcp(connect: [443], bind: []))
    let all = FilterRequest(profile: .standard, network: .all)
    let fast: UInt64 = 0x2000_4000
    for (name, arguments) in [
      ("sendto", [0, 0, 0, fast]), ("sendmmsg", [0, 0, 0, fast]), ("sendmsg", [0, 0, fast]),
    ] as [(String, [UInt64])] {
      var call = try Self.call(name)
      call.arguments.replaceSubrange(0..<arguments.count, with: arguments)
      #expect(try Self.machine(ports).verdict(call) == .unsupported)
      #expect(try Self.machine(all).verdict(call) == .allow)
    }
    #expect(try Self.verdict(ports, "listen", 3, 1) == .deny)
    let server = FilterRequest(profile: .standard, network: .tcp(connect: [], bind: [80]))
    #expect(try Self.verdict(server, "listen", 3, 1) == .allow)
  }

  @Test func `random addresses can be turned off where a profile or a group says so`() throws {
    for profile in SyscallProfile.allCases {
      var request = FilterRequest(profile: profile)
      let isPart = profile.groups.contains(.addressLayout)
      #expect(try Self.verdict(request, "personality", 0x40000) == (isPart ? .allow : .deny))
      request.calls.groups = [.addressLayout]
      #expect(try Self.verdict(request, "personality", 0x40000) == .allow)
    }
  }
}
