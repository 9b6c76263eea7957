@testable import SandboxBase
@testable import SandboxFilter
import Testing

@Suite struct FilterTests {
  // Proves P-018.
  @Test func `the filter says what the table says, for every number and processor`() throws {
    for filter in try FilterCase.distinct.get() {
      let oracle = filter.oracle
      let found = try Simulator.numberDifferences(filter.machine.run, oracle.verdict)
      #expect(found.isEmpty, "\(filter.name): \(found.beginning)")
    }
  }

  // Proves P-018.
  @Test func `the filter says what the table says, at every corner of every argument`() throws {
    for filter in try FilterCase.distinct.get() where !filter.isReaper {
      let oracle = filter.oracle
      let (looked, found) = try Simulator.cornerDifferences(
        filter.rules, filter.machine.run, oracle.verdict)
      #expect(found.isEmpty, "\(filter.name): \(found.beginning)")
      #expect(looked > 300, "\(filter.name)")
    }
  }

  // Proves P-018.
  @Test func `libseccomp's own filter for the same rules answers the same`() throws {
    // libseccomp cannot have a foreign number wait. Its programs are lists and slow to simulate,
    // so groups are looked at all together.
    for filter in try FilterCase.distinct.get()
    where filter.defaults != .diagnosing && !filter.name.contains(", group ") {
      let reference = BPFInterpreter(program: try ReferenceFilter.program(for: filter))
      let numbers = try Simulator.numberDifferences(
        filter.machine.run, reference.run, fills: [0, .max])
      #expect(numbers.isEmpty, "\(filter.name): \(numbers.beginning)")
      let (_, corners) = try Simulator.cornerDifferences(
        filter.rules, filter.machine.run, reference.run)
      #expect(corners.isEmpty, "\(filter.name): \(corners.beginning)")
    }
  }

  @Test func `no name stands twice in a profile, and every row has a reason`() throws {
    for profile in SyscallProfile.allCases {
      for (name, request) in FilterCase.sections(of: profile) {
        let rows = try request.rules()
        let names = rows.flatMap(\.names)
        #expect(names.count == Set(names).count, "\(profile), \(name)")
        #expect(rows.allSatisfy { !$0.because.isEmpty && !$0.names.isEmpty }, "\(name)")
      }
    }
  }

  @Test func `a name that libseccomp does not know is an error, never left out`() {
    let rule = SyscallRule(
      names: ["no_such_call"], cases: [], otherwise: .allow, because: "a test")
    #expect(throws: SyscallNumbers.UnknownNameError(name: "no_such_call")) {
      try SyscallNumbers.resolve([rule])
    }
  }

  @Test func `the filter is small enough to install in well under a tenth of a launch`() throws {
    for filter in try FilterCase.distinct.get() {
      #expect(filter.machine.program.count < 220, "\(filter.name)")
    }
  }

  @Test func `long jumps are taken by stepping stones`() throws {
    // Rules with arguments for hundreds of numbers: more code than a conditional jump reaches.
    var rules: [UInt32: SyscallRule] = [:]
    for number in 0..<600 as Range<UInt32> {
      let tests = [ArgumentTest(argument: 0, mask: 0xffff_ffff, value: UInt64(number))]
      rules[number] = SyscallRule(
        names: [], cases: [.init(tests, .allow)],
        otherwise: .fail(UInt16(1 + number % 30)), because: "a test")
    }
    let machine = BPFInterpreter(program: FilterCompiler.compile(rules))
    let oracle = RuleOracle(rules: rules)
    for number in 0..<700 as Range<UInt32> {
      for value in [UInt64(number), 0, 1 << 40] {
        var call = BPFInterpreter.Call(number: number, architecture: Simulator.native)
        call.arguments[0] = value
        #expect(try machine.run(call) == oracle.verdict(call))
      }
    }
  }

  @Test func `a program that the kernel would refuse is told, not run`() {
    let call = BPFInterpreter.Call(number: 0, architecture: Simulator.native)
    let programs: [[BPFInstruction]] = [
      [], [BPFInstruction(code: BPFInstruction.Code.load, k: 64)],
      [BPFInstruction(code: BPFInstruction.Code.jump, k: 7)], [BPFInstruction(code: 0x16, k: 0)],
      [BPFInstruction(code: BPFInstruction.Code.ret, k: 0x7ff0_0000)],
    ]
    for program in programs {
      #expect(throws: BPFInterpreter.InvalidProgramError.self) {
        try BPFInterpreter(program: program).verdict(call)
      }
    }
  }
}
