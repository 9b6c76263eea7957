@testable import NetworkBase
@testable import RunnerCommand
@testable import SandboxBase
@testable import SandboxLauncher

/// Files of the host and of the kernel that others can put bytes into, and what strace(1) writes.
extension FuzzTarget {
  static let host = [strace, nsswitch, process]

  private static let strace = FuzzTarget(
    "strace",
    of: [
      "Sources/Runner/Command/Trace/StraceParser.swift",
      "Sources/Runner/Command/Trace/StraceText.swift",
      "Sources/Runner/Command/Trace/TracedCall.swift",
      "Sources/Runner/Command/Trace/TracedFiles.swift",
      "Sources/Runner/Command/Trace/TracedMemory.swift",
      "Sources/Runner/Command/Trace/TracedNetwork.swift",
      "Sources/Runner/Command/Trace/TracedPaths.swift",
      "Sources/Runner/Command/Trace/TracedProcesses.swift",
    ],
    bytesMax: 512, texts: straceSeeds
  ) { text in
    let first = #"1 execve("/a", ["/a"], 0x7ff /* 1 var */) = 0"# + "\n"
    var lines = TraceLines(TraceObservation(program: "/a", folder: "/srv"))
    lines.append(Array((first + text + "\n").utf8)[...])
    let observation = lines.finish()
    hold(observation.isComplete, "the program was executed")
    let lineCount = text.utf8.count(where: { $0 == 0x0a }) + 1
    hold(observation.unparsedLines <= lineCount, "lines are counted")
    hold(observation.descriptorMax >= 2, "three descriptors are open")
    // No draft: the choice of its profile reads no text, and its paths are looked for on this host.
    let files = observation.files
    for path in files.read.union(files.written) { hold(path.hasPrefix("/"), "\(path) is absolute") }
    _ = observation.network.grant
  }

  private static let straceSeeds = [
    #"1 openat(AT_FDCWD</srv>, "in, put\".mp4", O_RDONLY|O_CLOEXEC) = 3</srv/in, put".mp4>"#,
    #"1 access("/etc/ld.so.preload", R_OK) = -1 ENOENT (No such file or directory)"#,
    "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>\n"
      + "2 exit_group(0) = ?\n2 +++ exited with 0 +++\n1 <... clone resumed>) = 2",
    "1 mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0\n"
      + "1 brk(0x55f) = 0x55f\n1 munmap(0x7f0, 8192) = 0",
    "1 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), "
      + #"sin_addr=inet_addr("192.0.2.1")}, 16) = 0"#,
    #"1 chdir("/tmp") = 0"# + "\n" + #"1 rename("a", "../b\n\303\244") = 0"#,
    #"1 bind(3<UNIX:[2]>, {sa_family=AF_UNIX, sun_path=@"a"}, 5) = 0"#,
  ]

  private static let nsswitch = FuzzTarget(
    "nsswitch", of: ["Sources/Runner/Command/Startup/ResolverModules.swift"],
    texts: ["# a\nhosts: files mdns4_minimal [NOTFOUND=return] dns\n", "hosts:\t../a # b\n"]
  ) { text in
    for name in ResolverModules.names(in: text) {
      hold(!name.isEmpty && name.utf8.allSatisfy { $0 != 0x2f && $0 > 0x20 }, "a name, no path")
    }
  }

  /// A process gives itself any name, with parentheses, blanks and line feeds (prctl(2)).
  private static let process = FuzzTarget(
    "proc",
    of: [
      "Sources/Sandbox/Launcher/Processes/ProcessSample.swift",
      "Sources/Sandbox/Base/Files/MountTable.swift",
      "Sources/Sandbox/Base/Host/CgroupMembership.swift",
      "Sources/Base/Network/SocketAddress.swift",
    ],
    bytesMax: 512,
    texts: [
      "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 3 0 1 2 3 4", "RssAnon:\t  12 kB\n",
      "36 35 0:31 / /srv\\040a rw - fuse.sshfs a rw\n40 35 0:9 / /sys/fs/cgroup rw - cgroup2 c rw",
      "0::/a\n",
    ]
  ) { text in
    let bytes = Array(text.utf8)
    if let fields = ProcessSample.fields(ofStat: bytes) {
      _ = ProcessSample(pid: 7, stat: fields, statm: ProcessSample.numbers(bytes))
    }
    _ = ProcessSample.kibibytes("RssAnon:", in: bytes)
    let table = MountTable(text)
    hold(table.rows.count <= text.utf8.count(where: { $0 == 0x0a }) + 1, "a row a line")
    hold(!table.rows.contains { $0.type.utf8.contains { $0 == 0x20 || $0 == 0x0a } }, "one type")
    _ = table.mount(of: "/srv/a/b")
    _ = table.hasAutomount(at: "/srv")
    let membership = CgroupMembership(mountinfo: text, membership: text)
    hold(membership.folder?.contains("/..") != true, "no cgroup above")
    if let address = SocketAddress(bytes: bytes) {
      hold((0...65_535).contains(address.port), "a port")
    }
  }
}
