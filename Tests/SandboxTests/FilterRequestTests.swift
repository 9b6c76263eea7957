import CLaunch
@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// What an entry's policy can change in a profile, what is refused, and how a filter diagnoses.
@Suite struct FilterRequestTests {
  private static func request(
    _ profile: SyscallProfile = .standard, only: [String]? = nil, deny: [String] = []
  ) -> FilterRequest {
    var request = FilterRequest(profile: profile)
    request.calls.only = only
    request.calls.deny = deny
    return request
  }

  private static func verdict(_ request: FilterRequest, _ name: String) throws -> SyscallVerdict {
    let number = try #require(try SyscallNumbers.number(of: name))
    let call = BPFInterpreter.Call(number: number, architecture: Simulator.native)
    return try BPFInterpreter(program: request.compile()).verdict(call)
  }

  @Test func `only keeps what it names, with the profile's conditions, and what a launch needs`()
    throws
  {
    let request = Self.request(only: ["read", "clone"])
    #expect(try Self.verdict(request, "read") == .allow)
    #expect(try Self.verdict(request, "write") == .absent)
    #expect(try Self.verdict(request, "ptrace") == .deny)
    for name in SyscallOverrides.essential {
      #expect(try Self.verdict(request, name) == .allow, "\(name)")
    }
    let clone = BPFInterpreter.Call(
      number: try #require(try SyscallNumbers.number(of: "clone")),
      architecture: Simulator.native, arguments: [0x1000_0000, 0, 0, 0, 0, 0])
    #expect(try BPFInterpreter(program: request.compile()).verdict(clone) == .deny)
    let none = try Self.request(only: []).rules().filter(\.mayAllow).flatMap(\.names)
    #expect(Set(none) == Set(SyscallOverrides.essential))
  }

  @Test func `deny refuses a call, and leaves one alone that is refused already`() throws {
    let request = Self.request(deny: ["socket", "clone3", "ptrace"])
    #expect(try Self.verdict(request, "socket") == .deny)
    #expect(try Self.verdict(Self.request(), "socket") == .noFamily)
    // EPERM instead of ENOSYS would keep libc from falling back.
    #expect(try Self.verdict(request, "clone3") == .absent)
  }

  @Test func `names that mean nothing, or contradict, are errors that say which`() {
    let faults: [(FilterRequest, FilterFailure)] = [
      (Self.request(only: ["raed"]), .unknownCall(name: "raed")),
      (Self.request(deny: ["raed"]), .unknownCall(name: "raed")),
      (Self.request(only: ["ptrace"]), .notInProfile(name: "ptrace", profile: .standard)),
      (Self.request(.compute, only: ["fork"]), .notInProfile(name: "fork", profile: .compute)),
      (Self.request(deny: ["execveat"]), .neededByLaunch(name: "execveat")),
      (Self.request(only: ["read"], deny: ["read"]), .onlyAndDenied(name: "read")),
      (
        FilterRequest(profile: .compute, network: .loopback),
        .networkNotInProfile(profile: .compute)
      ),
    ]
    for (request, fault) in faults {
      #expect(throws: fault) { try request.compile() }
      #expect(fault.name.map(fault.message.contains) ?? true)
      #expect(fault.message.hasSuffix("."))
    }
  }

  @Test func `a filter that diagnoses waits wherever the other refuses, and nowhere else`() throws {
    let pairs: [FilterRequest] =
      SyscallProfile.allCases.map { FilterRequest(profile: $0) } + [
        FilterRequest(profile: .network, network: .all),
        FilterRequest(profile: .standard, network: .tcp(connect: [1], bind: [])),
        Self.request(only: ["read"]), Self.request(deny: ["sendmsg"]),
      ]
    for request in pairs {
      let enforcing = try FilterCase("", request)
      var watching = request
      watching.diagnoses = true
      let diagnosing = BPFInterpreter(program: try watching.compile())
      let isExpected = { (call: BPFInterpreter.Call) -> Bool in
        let answer = try enforcing.machine.verdict(call)
        let name = SyscallNumbers.name(of: call.number)
        let isNative = call.architecture == Simulator.native
        let isReport =
          isNative && name == "sendmsg"
          && UInt32(truncatingIfNeeded: call.arguments[0]) == FilterRequest.reportDescriptor
          && UInt32(truncatingIfNeeded: call.arguments[2]) == FilterRequest.reportFlags
        let isProbe = isNative && name == "clone3"
        return try diagnosing.verdict(call)
          == (answer == .allow || isReport ? .allow : isProbe ? answer : .notify)
      }
      // The launch's own flags, none, and with MSG_FASTOPEN, which would connect unseen.
      let reports: [[UInt64]] = [0x4040, 0, 0x2000_4040, 0x2000_0000, 0x1_0000_4040].map {
        [63, 0, $0, 0, 0, 0]
      }
      for number in Simulator.numbers {
        for architecture in [Simulator.native, Simulator.i386] {
          let rule = enforcing.rules[number]
          let corners = rule.map(RuleOracle.cornerArguments) ?? []
          for arguments in corners + reports + [[0, 0, 0, 0, 0, 0]] {
            let call = BPFInterpreter.Call(
              number: number, architecture: architecture, arguments: arguments)
            #expect(try isExpected(call), "\(request): \(call)")
          }
        }
      }
    }
  }

  @Test func `the descriptor of the report is the one that a launch sends on`() {
    #expect(Int(FilterRequest.reportDescriptor) == LAUNCH_REPORT_DESCRIPTOR)
  }

  @Test func `processors that policy names are kept, whatever else it says`() throws {
    var entry = EntryPolicy(path: "/bin/true")
    for only in [nil, ["sched_setaffinity"], ["read"]] as [[String]?] {
      entry.calls.only = only
      entry.processors = [0]
      #expect(try Self.verdict(FilterRequest(entry), "sched_setaffinity") == .fail(0))
      entry.processors = []
      let otherwise: SyscallVerdict = only == ["read"] ? .absent : .allow
      #expect(try Self.verdict(FilterRequest(entry), "sched_setaffinity") == otherwise)
    }
    entry.calls = SyscallOverrides()
    entry.calls.deny = ["sched_setaffinity"]
    entry.processors = [0]
    #expect(try Self.verdict(FilterRequest(entry), "sched_setaffinity") == .deny)
  }

  @Test func `the filter of an entry is that of its profile, network and calls`() throws {
    var entry = EntryPolicy(path: "/bin/true")
    entry.profile = .network
    entry.network = .all
    entry.calls.deny = ["mlock"]
    var request = FilterRequest(profile: .network, network: .all, calls: entry.calls)
    #expect(FilterRequest(entry) == request)
    request.diagnoses = true
    #expect(FilterRequest(entry, diagnoses: true) == request)
    #expect(try FilterRequest(entry).compile() != request.compile())
  }
}
