package import SandboxBase

/// Lowers system-call rules to a seccomp filter: one binary search over ranges of numbers that
/// share a fate, then the tests of the few calls whose arguments matter.
///
/// The kernel walks a filter once for each call number when it is loaded, so a small one is cheap
/// twice (about 80 µs a launch here, against some 350 for a linear list of the same calls). A test
/// compares what this produces with the rules, and with libseccomp's own output.
package struct FilterCompiler {
  /// The processor that a filter is for: its number is the kernel's AUDIT_ARCH value.
  package struct Architecture: Hashable, Sendable {
    /// The AUDIT_ARCH value of the processor (linux/audit.h).
    package let audit: UInt32
    /// Numbers from here on are another interface of the processor (x32); nil where it has one.
    package let foreignNumbers: UInt32?

    /// The processor that this program was built for.
    package static let native: Architecture = {
      #if arch(x86_64)
        Architecture(audit: 0xc000_003e, foreignNumbers: 0x4000_0000)
      #elseif arch(arm64)
        Architecture(audit: 0xc000_00b7, foreignNumbers: nil)
      #else
        #error("the call numbers of this processor are not checked yet")
      #endif
    }()
  }

  /// What happens where no rule decides.
  package struct Defaults: Hashable, Sendable {
    /// To a call that no rule names.
    let unnamed: SyscallVerdict
    /// To a call by another processor's or interface's numbers.
    let foreign: SyscallVerdict

    /// A call that is newer than the tables looks like one that is newer than the kernel.
    package static let enforcing = Defaults(unnamed: .absent, foreign: .kill)
    /// Every refusal asks the listener (SECCOMP_RET_USER_NOTIF).
    package static let diagnosing = Defaults(unnamed: .notify, foreign: .notify)
    /// Every call that no rule names kills the process (SECCOMP_RET_KILL_PROCESS).
    package static let killing = Defaults(unnamed: .kill, foreign: .kill)
  }

  private typealias Target = FilterAssembler.Target
  private typealias Word = FilterAssembler.Word

  /// Words of struct seccomp_data (linux/seccomp.h).
  private enum Field {
    static let number = Word(offset: 0)
    static let architecture = Word(offset: 4)
    static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
    static func high(_ argument: Int) -> UInt32 { low(argument) + 4 }
  }

  private var assembler = FilterAssembler()
  private let architecture: Architecture
  private let defaults: Defaults

  private init(architecture: Architecture, defaults: Defaults) {
    self.architecture = architecture
    self.defaults = defaults
  }

  /// Compiles a filter.
  ///
  /// - Parameter rules: by call number.
  package static func compile(
    _ rules: [UInt32: SyscallRule], for architecture: Architecture = .native,
    defaults: Defaults = .enforcing
  ) -> [BPFInstruction] {
    var compiler = FilterCompiler(architecture: architecture, defaults: defaults)
    let ranges = compiler.ranges(of: rules)
    let search = compiler.search(ranges[...])
    return compiler.finish(search)
  }

  private typealias Range = (first: UInt32, target: Target)

  /// Numbers in order, joined where neighbours go to the same place.
  private mutating func ranges(of rules: [UInt32: SyscallRule]) -> [Range] {
    let unnamed = Target.verdict(defaults.unnamed)
    var shared: [SyscallRule.Signature: Target] = [:]
    var ranges: [Range] = [(0, unnamed)]
    var next: UInt32 = 0
    for (number, rule) in rules.sorted(by: { $0.key < $1.key }) {
      if number > next { append((next, unnamed), to: &ranges) }
      let target =
        shared[rule.signature]
        ?? decide(
          rule.cases.map { ($0.tests[...], $0.verdict) }, otherwise: .verdict(rule.otherwise))
      assembler.prepare(target)
      shared[rule.signature] = target
      append((number, target), to: &ranges)
      next = number + 1
    }
    append((next, unnamed), to: &ranges)
    return ranges
  }

  private func append(_ range: Range, to ranges: inout [Range]) {
    if ranges.last?.first == range.first { ranges.removeLast() }
    if ranges.last?.target != range.target { ranges.append(range) }
  }

  /// The code that decides a call by its arguments. Cases that begin with the same test share it.
  private mutating func decide(
    _ cases: [(tests: ArraySlice<ArgumentTest>, verdict: SyscallVerdict)], otherwise: Target
  ) -> Target {
    guard let first = cases.first else { return otherwise }
    guard let test = first.tests.first else { return .verdict(first.verdict) }
    let run = cases.prefix { $0.tests.first == test }
    let rest = decide(Array(cases.dropFirst(run.count)), otherwise: otherwise)
    let inner = decide(run.map { ($0.tests.dropFirst(), $0.verdict) }, otherwise: rest)
    return inner == rest ? rest : self.test(test, ifTrue: inner, ifFalse: rest)
  }

  private mutating func test(_ test: ArgumentTest, ifTrue: Target, ifFalse: Target) -> Target {
    let words = [
      (Field.low(test.argument), UInt32(truncatingIfNeeded: test.mask), test.value),
      (Field.high(test.argument), UInt32(test.mask >> 32), test.value >> 32),
    ]
    var target = ifTrue
    for (offset, mask, value) in words where mask != 0 {
      target = assembler.branch(
        BPFInstruction.Code.jumpEqual, Word(offset: offset, mask: mask),
        UInt32(truncatingIfNeeded: value), ifTrue: target, ifFalse: ifFalse)
    }
    return target
  }

  private mutating func search(_ ranges: ArraySlice<Range>) -> Target {
    guard ranges.count > 1 else { return ranges[ranges.startIndex].target }
    let middle = ranges.startIndex + ranges.count / 2
    let above = search(ranges[middle...])
    let below = search(ranges[..<middle])
    return assembler.branch(
      BPFInstruction.Code.jumpNotBelow, Field.number, ranges[middle].first, ifTrue: above,
      ifFalse: below)
  }

  /// Before the search: the processor and the interface must be the native ones, or the numbers
  /// mean other calls.
  private mutating func finish(_ search: Target) -> [BPFInstruction] {
    let foreign = Target.verdict(defaults.foreign)
    var start = search
    if let first = architecture.foreignNumbers {
      // -1 has the bit of the other interface too, but is no call of it: a tracer that skips a call
      // puts it there, and the kernel answers ENOSYS.
      let above = assembler.branch(
        BPFInstruction.Code.jumpEqual, Field.number, .max, ifTrue: .verdict(defaults.unnamed),
        ifFalse: foreign)
      start = assembler.branch(
        BPFInstruction.Code.jumpNotBelow, Field.number, first, ifTrue: above, ifFalse: search)
    }
    start = assembler.branch(
      BPFInstruction.Code.jumpEqual, Field.architecture, architecture.audit, ifTrue: start,
      ifFalse: foreign)
    assembler.begin(with: start)
    return assembler.program
  }
}

extension SyscallRule {
  /// What decides: two rules with the same need only one piece of code.
  struct Signature: Hashable {
    let cases: [Case]
    let otherwise: SyscallVerdict
  }

  var signature: Signature { Signature(cases: cases, otherwise: otherwise) }
}
