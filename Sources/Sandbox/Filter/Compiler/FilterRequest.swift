package import SandboxBase

/// Everything that a seccomp filter is compiled from.
package struct FilterRequest: Hashable, Sendable {
  /// The profile that the filter begins with.
  package var profile: SyscallProfile
  /// The network that policy grants, which decides about socket(2).
  package var network: NetworkGrant
  /// What the entry changes in the calls of its profile.
  package var calls: SyscallOverrides
  /// Whether a job stays on the processors that policy gave it.
  package var keepsProcessors = false
  /// Whether refusals wait for a listener's answer instead of being answered by the filter.
  ///
  /// The filter that does not is what the answer is taken from: the listener runs it over the
  /// call that waits (`BPFInterpreter`).
  package var diagnoses: Bool

  /// The descriptor over which a job's process sends the listener of its filter away, before exec.
  /// It is a high one because the filter allows sendmsg(2) on that number, with the flags that the
  /// launch uses, whatever policy says: a job can send there too, on a socket that it could make
  /// anyway, but cannot connect by it (MSG_FASTOPEN).
  package static let reportDescriptor: UInt32 = 63
  /// MSG_NOSIGNAL and MSG_DONTWAIT of send(2).
  package static let reportFlags: UInt32 = 0x4040

  /// A request; by default without a network, without overrides, and not diagnosing.
  package init(
    profile: SyscallProfile, network: NetworkGrant = .none,
    calls: SyscallOverrides = SyscallOverrides(),
    diagnoses: Bool = false
  ) {
    self.profile = profile
    self.network = network
    self.calls = calls
    self.diagnoses = diagnoses
  }

  /// The filter of an entry's jobs, or the one that diagnoses them.
  package init(_ entry: EntryPolicy, diagnoses: Bool = false) {
    self.init(
      profile: entry.profile, network: entry.network, calls: entry.calls, diagnoses: diagnoses)
    keepsProcessors = !entry.processors.isEmpty
  }

  /// What the filter does, one rule a call. A call that no rule names answers ENOSYS.
  ///
  /// - Throws: `FilterFailure` for an override that the profile does not take.
  package func rules() throws(FilterFailure) -> [SyscallRule] {
    var table = SyscallTable(rows: try profile.rules(network: network, calls: calls))
    if keepsProcessors, !calls.deny.contains("sched_setaffinity") {
      table.replace(by: [
        .ignore(
          "sched_setaffinity",
          because: "policy names the processors, and the mask is behind a pointer: the call "
            + "changes nothing and succeeds, as it does for all processors within a cpuset")
      ])
    }
    guard diagnoses else { return table.rows }
    table = SyscallTable(rows: table.rows.map(\.notifying))
    if let sending = table.rule(for: "sendmsg"), !sending.alwaysAllows {
      let report = SyscallRule.Case(
        [.int(0, is: Self.reportDescriptor), .int(2, is: Self.reportFlags)], .allow)
      table.replace(by: [
        SyscallRule(
          names: ["sendmsg"], cases: [report] + sending.cases, otherwise: sending.otherwise,
          because: sending.because)
      ])
    }
    return table.rows
  }

  /// The program for seccomp(2), at most `BPFInstruction.countMax` instructions.
  ///
  /// - Throws: `FilterFailure` for an override that the profile does not take, an unknown name,
  ///   or a
  ///   program that is too long.
  package func compile() throws(FilterFailure) -> [BPFInstruction] {
    try Self.compile(rules(), defaults: diagnoses ? .diagnosing : .enforcing)
  }

  /// The filter of a sandbox's init, the first process of a job's PID namespace (sandbox_init.c):
  /// the calls of its one report, and sleep. Anything else that it does kills it, and its sandbox
  /// with it.
  package static let initRules: [SyscallRule] = [
    .allow("sendmsg", "close_range", because: "its one report, and hanging up"),
    .allow("ppoll", because: "sleeping; the kernel reaps what comes to it"),
    .allow("rt_sigreturn", "restart_syscall", because: "the kernel's, after a signal"),
    .allow("exit_group", because: "its own end, where nobody takes the report"),
  ]

  /// Compiles the filter of a sandbox's init: `initRules`, and death for any other call.
  ///
  /// - Throws: `FilterFailure` for a name that libseccomp does not know.
  package static func compileInitFilter() throws(FilterFailure) -> [BPFInstruction] {
    try compile(initRules, defaults: .killing)
  }

  /// Compiles the filter of the service itself (`ServiceFilter`).
  ///
  /// - Throws: `FilterFailure` for a name that libseccomp does not know.
  package static func compileServiceFilter() throws(FilterFailure) -> [BPFInstruction] {
    try compile(ServiceFilter.rules, defaults: .enforcing)
  }

  private static func compile(
    _ rules: [SyscallRule], defaults: FilterCompiler.Defaults
  ) throws(FilterFailure) -> [BPFInstruction] {
    let program: [BPFInstruction]
    do throws(SyscallNumbers.UnknownNameError) {
      program = FilterCompiler.compile(try SyscallNumbers.resolve(rules), defaults: defaults)
    } catch {
      throw .unknownInTable(name: error.name)
    }
    guard program.count <= BPFInstruction.countMax else {
      throw .tooLong(instructions: program.count)
    }
    return program
  }
}
