@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// A filter that can be loaded: what was asked for, its rules and its program.
struct FilterCase: CustomTestStringConvertible, Sendable {
  let name: String
  let rules: [UInt32: SyscallRule]
  let defaults: FilterCompiler.Defaults
  let machine: BPFInterpreter

  var testDescription: String { name }
  var oracle: RuleOracle { RuleOracle(rules: rules, defaults: defaults) }

  init(_ name: String, _ request: FilterRequest) throws {
    self.name = name + (request.diagnoses ? ", diagnosing" : "")
    rules = try SyscallNumbers.resolve(request.rules())
    defaults = request.diagnoses ? .diagnosing : .enforcing
    machine = BPFInterpreter(program: try request.compile())
  }

  private init(sandboxInit: String) throws {
    name = sandboxInit
    rules = try SyscallNumbers.resolve(FilterRequest.initRules)
    defaults = .killing
    machine = BPFInterpreter(program: try FilterRequest.compileInitFilter())
  }

  var isReaper: Bool { defaults == .killing }

  static func sandboxInit() throws -> FilterCase { try FilterCase(sandboxInit: "sandbox-init") }

  /// Every grant whose filters can differ, by the name that the golden tables have for it.
  static let grants: [(name: String, grant: NetworkGrant)] = [
    ("loopback", .loopback), ("all", .all), ("tcp to connect", .tcp(connect: [443], bind: [])),
    ("tcp to bind", .tcp(connect: [], bind: [80])),
  ]

  /// What each section of a profile's golden table is about. The first is the whole profile.
  static func sections(
    of profile: SyscallProfile
  ) -> [(name: String, request: FilterRequest)] {
    let grants = profile.takesNetwork ? Self.grants : []
    return [("network none", FilterRequest(profile: profile))]
      + grants.map { ("network \($0.name)", FilterRequest(profile: profile, network: $0.grant)) }
      + SyscallGroup.allCases.map { group in
        var request = FilterRequest(profile: profile)
        request.calls.groups = [group]
        return ("group \(group.rawValue)", request)
      }
  }

  /// Profiles with every grant and group, with what policy can do to calls, and each of them also
  /// to diagnose; one of those that have the same rules and the same program.
  static let distinct: Result<[FilterCase], any Error> = Result {
    var seen: Set<Essence> = []
    return try requests.map { try FilterCase($0.name, $0.request) }.filter {
      seen.insert(Essence(program: $0.machine.program, rules: $0.rules.mapValues(\.signature)))
        .inserted
    } + [sandboxInit()]
  }

  /// All that a simulation depends on.
  private struct Essence: Hashable {
    let program: [BPFInstruction]
    let rules: [UInt32: SyscallRule.Signature]
  }

  private static let requests: [(name: String, request: FilterRequest)] = {
    var all = SyscallProfile.allCases.flatMap { profile in
      sections(of: profile).map { ("\(profile.rawValue), \($0.name)", $0.request) }
    }
    var narrow = FilterRequest(profile: .standard)
    narrow.calls.only = ["read", "write", "mmap", "openat", "clone", "close"]
    all.append(("standard, only a few", narrow))
    var denied = FilterRequest(profile: .network, network: .all)
    denied.calls.deny = ["sendmsg", "openat", "clone3", "socketpair"]
    denied.calls.groups = SyscallGroup.allCases
    all.append(("network, a few denied, all groups", denied))
    return all
      + all.map { name, request in
        var request = request
        request.diagnoses = true
        return (name, request)
      }
  }()
}
