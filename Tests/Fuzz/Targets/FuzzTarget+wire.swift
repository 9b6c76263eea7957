@testable import SandboxBase
@testable import SandboxLauncher
import SharedBounds

/// Messages of the launcher and its processes, in both directions.
extension FuzzTarget {
  static let wire = [request, reply, factory]

  private static let folder = "Sources/Sandbox/Base/Wire/"
  private static let instruction = BPFInstruction(code: 6, k: 0x7fff_0000)

  private static let request = FuzzTarget(
    "wire-request",
    of: [
      "\(folder)Request.swift", "\(folder)EntryWire.swift", "\(folder)CgroupWire.swift",
      "\(folder)FilterWire.swift", "\(folder)TighteningWire.swift", "\(folder)WireCursor.swift",
      "\(folder)LaunchRequest.swift", "\(folder)ResultRequest.swift",
      "\(folder)ResultPlace+wire.swift", "\(folder)KernelFile+wire.swift",
    ],
    bytesMax: 1024, seeds: requestSeeds.map(\.bytes)
  ) { bytes in
    var cursor = WireCursor(bytes)
    guard let code = try? cursor.u32(), let kind = Request.Kind(rawValue: code),
      let request = try? Request.read(kind, from: &cursor)
    else { return }
    var again = WireCursor(request.bytes)
    guard let written = try? again.u32(), written == code else { fatalError("the kind changes") }
    hold((try? Request.read(kind, from: &again)) == request, "a request is read as written")
    if case .launch(let launch) = request {
      hold(LaunchRequest.launchIDs.contains(launch.launchID), "a launch has its number")
      hold(launch.arguments.slices.count == launch.arguments.count, "arguments are counted")
    }
    if case .entry(let entry) = request {
      hold(entry.policy.account?.uid != 0 && !entry.policy.groups.contains(0), "never root")
    }
  }

  private static let requestSeeds: [Request] = {
    var policy = EntryPolicy(path: "/bin/a")
    policy.readPaths = ["/srv"]
    policy.linkTargets = ["/srv": "/mnt"]
    policy.kernelFiles = [
      KernelFile(path: "/sys/a/b", content: .text("c")),
      KernelFile(path: "/sys/d", content: .link("a/b")),
    ]
    policy.network = .tcp(connect: [443], bind: [80])
    policy.account = FixedIdentity(uid: 33, gid: 33)
    policy.groups = [44]
    policy.environment.fixed = [EnvironmentRule.Variable(name: "A", value: "b")]
    policy.arguments.allow = [["-i", "{path:read}"]]
    policy.cgroup.devices = [CgroupLimits.Device(major: 8, minor: 1)]
    var tightening = LaunchTightening()
    tightening.wallClockSeconds = 5
    tightening.environment = policy.environment.fixed
    let launch = LaunchRequest(
      launchID: 7, entry: EntryID(index: 1), arguments: ArgumentList(["a", "", "é"])!,
      tightening: tightening)
    let range = IdentityRange(first: 100_000, last: 100_100)!
    let plan = ReloadPlan(program: "/bin/b", arguments: ["b"], settings: "c=1\n")
    return [
      .entry(CompiledEntry(policy: policy, filter: [instruction])), .launch(launch), .seal,
      .terminate(7), .freeze(8), .thaw(9), .reload, .resources(10),
      .policy(
        LaunchPolicy(
          mode: .root, identities: range, workRoot: "/var", initFilter: [instruction],
          reload: plan)),
    ]
  }()

  private static let reply = FuzzTarget(
    "wire-reply",
    of: [
      "\(folder)Reply.swift", "\(folder)ProcessEnd.swift", "\(folder)LaunchStepFailure.swift",
      "\(folder)ResultReply.swift",
    ],
    bytesMax: 512, seeds: replySeeds.map(\.bytes)
  ) { bytes in
    guard let reply = try? Reply(bytes) else { return }
    hold((try? Reply(reply.bytes)) == reply, "a reply is read as it was written")
    switch reply {
    case .failed(_, let fault): _ = fault.message
    case .ended(_, let end): _ = end.limitsMet.keys
    default: break
    }
  }

  private static let replySeeds: [Reply] = [
    .sealed, .refused("no"), .reloaded(generation: 3), .frozen(4, code: 3),
    .resources(5, code: 0, microseconds: 6, memoryBytes: 7),
    .entryState(entry: EntryID(index: 1), text: "gone"),
    .failed(5, LaunchStepFailure(.hostPath, code: 2, index: 1, object: "/srv")),
    .inForce(Enforcement(rows: [Enforcement.Row(.seccomp, .enforced, "a")])),
    .ended(
      6,
      ProcessEnd(
        isSignal: true, value: 9, cause: .memory, usage: JobUsage(),
        refused: [RefusedCall(number: 1, architecture: 2, code: 3, count: 4)],
        limitsMet: [.cpu, .memory])),
  ]

  private static let factory = FuzzTarget(
    "wire-factory",
    of: [
      "Sources/Sandbox/Launcher/Factory/FactoryRequest.swift",
      "Sources/Sandbox/Launcher/Factory/FactoryReply.swift",
      "Sources/Sandbox/Launcher/Factory/PathMounterRequest.swift",
      "Sources/Sandbox/Launcher/Factory/PathMounterReply.swift",
    ],
    bytesMax: 512,
    seeds: [
      FactoryRequest.spec(spec).bytes, FactoryRequest.sandbox(specIndex: 1).bytes,
      FactoryRequest.initFilter([instruction]).bytes, PathMounterRequest.probe.bytes,
      PathMounterReply.failed(index: 1, code: 2).bytes,
      FactoryReply(specIndex: 1, fault: LaunchStepFailure(.exec, code: 2), object: "/a").bytes,
    ]
  ) { bytes in
    if let request = try? FactoryRequest(bytes) {
      hold((try? FactoryRequest(request.bytes)) == request, "a request is read as written")
      if case .spec(let spec) = request {
        for item in spec.tree {
          let path =
            switch item {
            case .folder(let path), .link(let path, _), .file(let path, _): path
            case .host(let path, _, _, _): path
            }
          let parts = path.utf8.split(separator: UInt8(ascii: "/"))
          hold(path.utf8.first == UInt8(ascii: "/"), "paths are absolute")
          hold(!parts.contains { $0.elementsEqual("..".utf8) }, "no path climbs")
        }
      }
    }
    if let reply = try? FactoryReply(bytes) {
      hold((try? FactoryReply(reply.bytes)) == reply, "a reply is read as it was written")
    }
    if let request = try? PathMounterRequest(bytes) {
      hold((try? PathMounterRequest(request.bytes)) == request, "a request is read as written")
    }
    if let reply = try? PathMounterReply(bytes) {
      hold((try? PathMounterReply(reply.bytes)) == reply, "a reply is read as it was written")
    }
  }

  private static let spec = SandboxSpec(
    namespaces: 3, network: SandboxSpec.Network(rawValue: 0)!, forbidsMemoryFiles: true,
    forbidsNewCode: false, hasAccountFiles: true, requiresMounts: false, scratchBytes: 1,
    scratchInodes: 2,
    tree: [.folder("/a"), .link("/b", to: "a"), .file("/c", text: "d")], handledFiles: 3,
    handledPorts: 4, scoped: 5, ports: [SandboxSpec.Port(number: 80, access: 1)])
}
