import SharedBounds
import Testing

@testable import SandboxBase

@Suite struct WireTests {
  static let policy = LaunchPolicy(
    mode: .root, identities: IdentityRange(first: 100_000, last: 100_100)!,
    workRoot: "/var/lib/x", initFilter: [BPFInstruction(code: 6, k: 0x7fff_0000)])

  static let reloadable = LaunchPolicy(
    mode: .sameUser, identities: policy.identities, workRoot: "/w",
    initFilter: policy.initFilter,
    reload: ReloadPlan(program: "/usr/bin/x", arguments: ["x", "", "é"], settings: "a=1\nb="))

  /// One with something in each of its fields.
  static let entry: CompiledEntry = {
    let instruction = BPFInstruction(code: 6, jumpTrue: 1, jumpFalse: 255, k: 0x7fff_0000)
    var policy = EntryPolicy(path: "/usr/bin/ffmpeg")
    policy.profile = .build
    policy.calls.only = ["read", "write"]
    policy.calls.deny = ["mlock"]
    policy.calls.groups = [.fileWatching, .sharedMemory]
    policy.limits.cpuSeconds = 7
    policy.cgroup.memoryBytes = 8 << 20
    policy.cgroup.cpuPercent = 150
    policy.cgroup.ioWeight = 10
    policy.cgroup.devices = [CgroupLimits.Device(major: 8, minor: 1)]
    policy.cgroup.devices[0].writeBytes = 1 << 20
    policy.wallClockSeconds = 7
    policy.graceMilliseconds = 1500
    policy.stopSignal = .interrupt
    policy.readPaths = ["/srv/in"]
    policy.programFolders = ["/etc/program"]
    policy.requiresMounts = true
    policy.writePaths = ["/srv/out", "/srv/é"]
    policy.devices = ["/dev/dri/renderD128"]
    policy.kernelFiles = [
      KernelFile(path: "/sys/dev/char/226:128", content: .link("../../devices/gpu/renderD128")),
      KernelFile(path: "/sys/devices/gpu/renderD128/uevent", content: .text("MAJOR=226\n")),
    ]
    policy.network = .tcp(connect: [443, 80], bind: [8080])
    policy.account = FixedIdentity(uid: 33, gid: 34)
    policy.groups = [44, 100]
    policy.umask = 0o002
    policy.linkTargets = ["/srv/in": "/mnt/in"]
    policy.environment.fixed = [EnvironmentRule.Variable(name: "A", value: "b c")]
    policy.environment.allowed = ["LANG"]
    policy.scratch.storage = .disk
    policy.scratch.bytes = 1 << 30
    policy.scratch.inodes = 100
    policy.niceness = 19
    policy.processors = [0, 63, 64]
    policy.arguments.first = ["-nostdin"]
    policy.arguments.allow = [["-i", "{path:read}"], ["-y"]]
    policy.arguments.deny = ["*://*"]
    policy.arguments.countMax = 9
    policy.arguments.progress = ["-progress", "pipe:3"]
    policy.results.existing = .replace
    policy.results.mode = 0o664
    policy.results.group = 44
    policy.dropped = [.keyring, .landlockScopes]
    policy.required = [.cgroupLimits]
    policy.diagnoses = true
    return CompiledEntry(
      policy: policy, filter: [instruction], notifyingFilter: [instruction, instruction])
  }()

  static let requests: [Request] = [
    .policy(policy), .entry(entry), .seal,
    .entry(CompiledEntry(policy: EntryPolicy(path: "/x"), filter: entry.filter)),
    .launch(
      LaunchRequest(
        launchID: 1 << 40, entry: EntryID(generation: 2, index: 3),
        arguments: ArgumentList(["a", "", "é"])!)),
    .launch(LaunchRequest(launchID: 1, entry: EntryID(index: 0), arguments: ArgumentList([])!)),
    .terminate(9),
    .freeze(10), .thaw(11), .reload, .resources(14), .policy(reloadable),
    .settle(
      ResultRequest(
        requestID: 14, entry: EntryID(generation: 1, index: 2), action: .discard,
        place: ResultPlace(
          folder: 3, directory: "a/é", temporaryName: ".http-runner-1.mp4", targetName: "b")!)),
  ]

  static let settled: ResultReply = {
    var reply = ResultReply(requestID: 14, .published, code: 0)
    reply.bytes = 1 << 40
    reply.primitive = .claim
    reply.isModeKept = false
    return reply
  }()

  static let replies: [Reply] = [
    .frozen(12, code: 0), .frozen(13, code: 95), .settled(settled),
    .resources(14, code: 0, microseconds: 1 << 40, memoryBytes: 1 << 50),
    .settled(ResultReply(requestID: 15, .failed, code: 28)),
    .inForce(
      Enforcement(rows: [
        Enforcement.Row(.seccomp, .enforced, "198 instructions"),
        Enforcement.Row(.cgroupLimits, .standIn, "no controllers"),
      ])),
    .sealed, .refused("no"), .reloaded(generation: 9),
    .failed(6, LaunchStepFailure(.exec, code: 2, index: 1)),
    .failed(
      8, LaunchStepFailure(.hostPath, code: 2, index: 1, object: "/srv/é (nfs4 mounted at /)")),
    .entryState(entry: EntryID(index: 3), text: "gone"),
    .entryState(entry: EntryID(index: 4), text: ""),
    .ended(
      7,
      ProcessEnd(
        isSignal: true, value: 31, cause: .filter, usage: usage,
        refused: [RefusedCall(number: 101, architecture: 0xc000_003e, code: 1, count: 3)],
        limitsMet: [.cpu, .scratchInodes], isKilledInGrace: true,
        endedAtMicroseconds: 1_700_000_000_000_000)),
  ]

  static let usage: JobUsage = {
    var usage = JobUsage()
    usage.userMicroseconds = 1
    usage.systemMicroseconds = 2
    usage.wallMicroseconds = 3
    usage.peakMemoryBytes = 4
    usage.peakProcesses = 5
    usage.isOfCgroup = true
    return usage
  }()

  private func read(_ bytes: [UInt8]) throws -> Request {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    guard let kind = Request.Kind(rawValue: code) else { throw WireError.unknownKind(code) }
    return try Request.read(kind, from: &cursor)
  }

  @Test(arguments: requests) func `every request reads back as it was written`(
    _ request: Request
  ) throws {
    #expect(try read(request.bytes) == request)
  }

  @Test(arguments: replies) func `every reply reads back as it was written`(_ reply: Reply) throws {
    #expect(try Reply(reply.bytes) == reply)
  }

  @Test(arguments: requests) func `a request cut anywhere or longer by a byte is refused`(
    _ request: Request
  ) {
    let bytes = request.bytes
    for count in bytes.indices {
      #expect(throws: WireError.self) { try read(Array(bytes.prefix(count))) }
    }
    #expect(throws: WireError.trailing(1)) { try read(bytes + [0]) }
  }

  @Test(arguments: replies) func `a reply cut anywhere or longer by a byte is refused`(
    _ reply: Reply
  ) {
    let bytes = reply.bytes
    for count in bytes.indices {
      #expect(throws: WireError.self) { try Reply(Array(bytes.prefix(count))) }
    }
    #expect(throws: WireError.trailing(1)) { try Reply(bytes + [0]) }
  }

  @Test func `a policy without ids of its own cannot be read`() {
    var bytes = Request.policy(Self.policy).bytes
    bytes.replaceSubrange(8..<12, with: [0, 0, 0, 0])  // The first id.
    #expect(throws: WireError.badValue("identities")) { try read(bytes) }
    bytes = Request.policy(Self.policy).bytes
    bytes[4] = 7  // The mode.
    #expect(throws: WireError.badValue("mode")) { try read(bytes) }
  }

  @Test(arguments: [2, 256, UInt32.max])
  func `what is neither yes nor no cannot be read`(_ number: UInt32) throws {
    for known in [0, 1] as [UInt32] {
      var writer = WireWriter()
      writer.u32(known)
      var cursor = WireCursor(writer.bytes)
      #expect(try cursor.flag("x") == (known == 1))
      try cursor.finish()
    }
    var writer = WireWriter()
    writer.u32(number)
    var cursor = WireCursor(writer.bytes)
    #expect(throws: WireError.badValue("x")) { try cursor.flag("x") }
  }

  @Test func `an entry without a limit of time, or without a filter, cannot be read`() {
    var policy = EntryPolicy(path: "/x")
    policy.wallClockSeconds = 0
    var entry = CompiledEntry(policy: policy, filter: Self.entry.filter)
    #expect(throws: WireError.badValue("time")) { try read(Request.entry(entry).bytes) }
    entry = CompiledEntry(policy: EntryPolicy(path: "/x"), filter: [])
    #expect(throws: WireError.badValue("filter")) { try read(Request.entry(entry).bytes) }
  }

  @Test(arguments: Layer.allCases.filter { !$0.isDroppable })
  func `an entry that leaves out what nobody may leave out cannot be read`(_ layer: Layer) {
    var policy = EntryPolicy(path: "/x")
    policy.dropped = [layer]
    let entry = CompiledEntry(policy: policy, filter: Self.entry.filter)
    #expect(throws: WireError.badValue("dropped")) { try read(Request.entry(entry).bytes) }
  }

  @Test func `arguments whose count and bytes disagree are refused`() {
    let launch = Request.launch(
      LaunchRequest(launchID: 1, entry: EntryID(index: 0), arguments: ArgumentList(["a", "b"])!))
    var bytes = launch.bytes
    bytes[24] = 3
    #expect(throws: WireError.badValue("arguments")) { try read(bytes) }
    bytes = launch.bytes
    bytes[35] = 1  // The NUL of the last of two.
    #expect(throws: WireError.badValue("arguments")) { try read(bytes) }
  }

  @Test(arguments: [UInt32(0), 1, 2, .max])
  func `a kernel file that is neither text nor link is refused`(type: UInt32) {
    var writer = WireWriter()
    writer.list([type]) { writer, type in
      writer.string("/sys/a")
      writer.u32(type)
      writer.string("b")
    }
    var cursor = WireCursor(writer.bytes)
    if type > 1 {
      #expect(throws: WireError.badValue("kernel files")) { try KernelFile.list(from: &cursor) }
    } else {
      #expect(throws: Never.self) { try KernelFile.list(from: &cursor) }
    }
  }

  @Test func `the entry of these tests has something in each field of policy`() {
    let plain = Mirror(reflecting: EntryPolicy(path: "/x")).children
    let full = Mirror(reflecting: Self.entry.policy).children
    #expect(plain.count == full.count)
    for (plain, full) in zip(plain, full) {
      // What comes back as it was sent shows nothing where it is what a reader begins with.
      #expect("\(plain.value)" != "\(full.value)", "\(full.label ?? "")")
    }
  }

  // Proves P-048.
  @Test func `a number that would pass for another job's is refused`() throws {
    let launch = { (number: UInt64) in
      Request.launch(
        LaunchRequest(launchID: number, entry: EntryID(index: 0), arguments: ArgumentList([])!)
      ).bytes
    }
    for number in [1, 1 << 61 - 1] as [UInt64] { _ = try read(launch(number)) }
    for number in [0, 1 << 61, 1 << 61 + 1, .max] as [UInt64] {
      #expect(throws: WireError.badValue("number")) { try read(launch(number)) }
    }
  }
}
