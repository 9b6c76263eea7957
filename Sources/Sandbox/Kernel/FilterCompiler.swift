/// Lowers system-call rules to a seccomp filter: one binary search over ranges of numbers that
/// share a fate, then the tests of the few calls whose arguments matter.
///
/// The kernel walks a filter once for each call number when it is loaded, so a small one is cheap
/// twice (about 80 µs a launch here, against some 350 for a linear list of the same calls). A test
/// compares what this produces with the rules, and with libseccomp's own output.
package struct FilterCompiler {
  /// The processor that a filter is for: its number is the kernel's AUDIT_ARCH value.
  package struct Architecture: Hashable, Sendable {
    package let audit: UInt32
    /// Numbers from here on are another interface of the same processor (x32).
    package let foreignNumbers: UInt32?

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

  /// Offsets in struct seccomp_data (linux/seccomp.h).
  private enum Field {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
    static func high(_ argument: Int) -> UInt32 { low(argument) + 4 }
  }

  /// What a call that no rule names gets.
  private static let unnamed = SyscallVerdict.absent

  private var assembler = FilterAssembler()
  private let architecture: Architecture

  private init(architecture: Architecture) {
    self.architecture = architecture
  }

  /// - Parameter rules: by call number.
  package static func compile(
    _ rules: [UInt32: SyscallRule], for architecture: Architecture = .native
  ) -> [BPFInstruction] {
    var compiler = FilterCompiler(architecture: architecture)
    let ranges = compiler.ranges(of: rules)
    let search = compiler.search(ranges[...])
    return compiler.finish(search)
  }

  /// Where a range of numbers leads. A verdict is placed only when the search needs it, so that
  /// ranges with the same verdict are equal wherever its code comes to stand.
  private enum Target: Hashable {
    case verdict(SyscallVerdict)
    case tests(FilterAssembler.Label)
  }

  private typealias Range = (first: UInt32, target: Target)

  /// Numbers in order, joined where neighbours go to the same place.
  private mutating func ranges(of rules: [UInt32: SyscallRule]) -> [Range] {
    var shared: [SyscallRule.Signature: Target] = [:]
    var ranges: [Range] = [(0, .verdict(Self.unnamed))]
    var next: UInt32 = 0
    for (number, rule) in rules.sorted(by: { $0.key < $1.key }) {
      if number > next { append((next, .verdict(Self.unnamed)), to: &ranges) }
      let target = shared[rule.signature] ?? target(of: rule)
      shared[rule.signature] = target
      append((number, target), to: &ranges)
      next = number + 1
    }
    append((next, .verdict(Self.unnamed)), to: &ranges)
    return ranges
  }

  private func append(_ range: Range, to ranges: inout [Range]) {
    if ranges.last?.first == range.first { ranges.removeLast() }
    if ranges.last?.target != range.target { ranges.append(range) }
  }

  private mutating func target(of rule: SyscallRule) -> Target {
    rule.cases.isEmpty ? .verdict(rule.otherwise) : .tests(tests(of: rule))
  }

  /// The code that decides a call by its arguments.
  private mutating func tests(of rule: SyscallRule) -> FilterAssembler.Label {
    var otherwise = assembler.verdict(rule.otherwise)
    for next in rule.cases.reversed() {
      var target = assembler.verdict(next.verdict)
      for test in next.tests.reversed() {
        target = self.test(test, ifTrue: target, ifFalse: otherwise)
      }
      otherwise = target
    }
    return otherwise
  }

  private mutating func test(
    _ test: ArgumentTest, ifTrue: FilterAssembler.Label, ifFalse: FilterAssembler.Label
  ) -> FilterAssembler.Label {
    var target = ifTrue
    let words = [
      (Field.low(test.argument), UInt32(truncatingIfNeeded: test.mask), test.value),
      (Field.high(test.argument), UInt32(test.mask >> 32), test.value >> 32),
    ]
    for (offset, mask, value) in words where mask != 0 {
      target = assembler.branch(
        BPFInstruction.Code.jumpEqual, UInt32(truncatingIfNeeded: value), ifTrue: target,
        ifFalse: ifFalse)
      if mask != .max { target = assembler.and(mask, then: target) }
      target = assembler.load(offset, then: target)
    }
    return target
  }

  private mutating func search(_ ranges: ArraySlice<Range>) -> FilterAssembler.Label {
    guard ranges.count > 1 else {
      switch ranges[ranges.startIndex].target {
      case .verdict(let verdict): return assembler.verdict(verdict)
      case .tests(let label): return label
      }
    }
    let middle = ranges.startIndex + ranges.count / 2
    let above = search(ranges[middle...])
    let below = search(ranges[..<middle])
    return assembler.branch(
      BPFInstruction.Code.jumpNotBelow, ranges[middle].first, ifTrue: above, ifFalse: below)
  }

  /// Before the search: the processor and the interface must be the native ones, or the numbers
  /// mean other calls.
  private mutating func finish(_ search: FilterAssembler.Label) -> [BPFInstruction] {
    let kill = assembler.verdict(.kill)
    var start = search
    if let foreign = architecture.foreignNumbers {
      // -1 has the bit of the other interface too, but is no call of it: a tracer that skips a call
      // puts it there, and the kernel answers ENOSYS.
      let skipped = assembler.verdict(Self.unnamed)
      let above = assembler.branch(
        BPFInstruction.Code.jumpEqual, .max, ifTrue: skipped, ifFalse: kill)
      start = assembler.branch(
        BPFInstruction.Code.jumpNotBelow, foreign, ifTrue: above, ifFalse: search)
    }
    start = assembler.load(Field.number, then: start)
    start = assembler.branch(
      BPFInstruction.Code.jumpEqual, architecture.audit, ifTrue: start, ifFalse: kill)
    assembler.load(Field.architecture, then: start)
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
