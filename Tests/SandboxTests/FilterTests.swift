@testable import Sandbox
import Testing

@Suite struct FilterTests {
  static let rules = Result { try SyscallNumbers.resolve(SyscallCatalogue.standard) }
  static let i386: UInt32 = 0x4000_0003
  static let aarch64: UInt32 = 0xc000_00b7
  static let x86: UInt32 = 0xc000_003e

  private func filter() throws -> FilterMachine {
    FilterMachine(program: FilterCompiler.compile(try Self.rules.get()))
  }

  private let numbers: [UInt32] =
    Array(0...1023) + [1 << 16, 0x3fff_ffff, 0x4000_0000, 0x4000_0001, 0x4000_0200, 0x7fff_ffff]
    + [0x8000_0000, 0xffff_fffe, 0xffff_ffff]

  @Test func `the filter says what the table says, for every number and processor`() throws {
    let filter = try filter()
    let oracle = RuleOracle(rules: try Self.rules.get())
    for architecture in [Self.x86, Self.i386, Self.aarch64, 0, .max] {
      for number in numbers {
        for fill in [0, UInt64.max, 1, 0xffff_ffff_0000_0000] {
          let call = FilterMachine.Call(
            number: number, architecture: architecture,
            arguments: Array(repeating: fill, count: 6))
          #expect(try filter.run(call) == oracle.verdict(call), "\(call)")
        }
      }
    }
  }

  @Test func `the filter says what the table says, at every corner of every argument`() throws {
    let filter = try filter()
    let rules = try Self.rules.get()
    let oracle = RuleOracle(rules: rules)
    var looked = 0
    for (number, rule) in rules where !rule.cases.isEmpty {
      let tested = Set(rule.cases.flatMap(\.tests).map(\.argument)).sorted()
      #expect(tested.count <= 2, "pairs of corners are all that is tried here")
      for first in oracle.corners(of: tested[0], in: rule) {
        for second in tested.count > 1 ? oracle.corners(of: tested[1], in: rule) : [0] {
          var call = FilterMachine.Call(
            number: number, architecture: FilterCompiler.Architecture.native.audit)
          call.arguments[tested[0]] = first
          if tested.count > 1 { call.arguments[tested[1]] = second }
          #expect(try filter.run(call) == oracle.verdict(call), "\(call)")
          looked += 1
        }
      }
    }
    #expect(looked > 1000)
  }

  @Test func `libseccomp's own filter for the same rules answers the same`() throws {
    let rules = try Self.rules.get()
    let filter = try filter()
    let reference = FilterMachine(program: try ReferenceFilter.program(for: rules))
    let oracle = RuleOracle(rules: rules)
    for architecture in [Self.x86, Self.i386, Self.aarch64] {
      for number in numbers {
        let rule = rules[number]
        let tested = Set(rule?.cases.flatMap(\.tests).map(\.argument) ?? []).sorted()
        let corners = tested.map { oracle.corners(of: $0, in: rule!) }
        for step in 0..<max(1, corners.map(\.count).max() ?? 1) {
          var call = FilterMachine.Call(number: number, architecture: architecture)
          for (index, argument) in tested.enumerated() {
            let values = corners[index]
            call.arguments[argument] = values[step * (index + 1) % values.count]
          }
          #expect(try filter.run(call) == reference.run(call), "\(call)")
        }
      }
    }
  }

  @Test func `no name stands twice in the catalogue, and every row has a reason`() {
    let names = SyscallCatalogue.standard.flatMap(\.names)
    #expect(names.count == Set(names).count)
    #expect(SyscallCatalogue.standard.allSatisfy { !$0.because.isEmpty && !$0.names.isEmpty })
  }

  @Test func `a name that libseccomp does not know is an error, never left out`() {
    let rule = SyscallRule(
      names: ["no_such_call"], cases: [], otherwise: .allow, because: "a test")
    #expect(throws: SyscallNumbers.UnknownName(name: "no_such_call")) {
      try SyscallNumbers.resolve([rule])
    }
  }

  @Test func `the filter is small enough to install in well under a tenth of a launch`() throws {
    #expect(try filter().program.count < 200)
  }

  @Test func `long jumps are taken by stepping stones`() throws {
    // Rules with arguments for hundreds of numbers: more code than a conditional jump reaches.
    var rules: [UInt32: SyscallRule] = [:]
    for number in 0..<600 as Range<UInt32> {
      let tests = [ArgumentTest(argument: 0, mask: 0xffff_ffff, value: UInt64(number))]
      rules[number] = SyscallRule(
        names: [], cases: [.init(tests: tests, verdict: .allow)],
        otherwise: .fail(UInt16(1 + number % 30)), because: "a test")
    }
    let machine = FilterMachine(program: FilterCompiler.compile(rules))
    let oracle = RuleOracle(rules: rules)
    for number in 0..<700 as Range<UInt32> {
      for value in [UInt64(number), 0, 1 << 40] {
        var call = FilterMachine.Call(
          number: number, architecture: FilterCompiler.Architecture.native.audit)
        call.arguments[0] = value
        #expect(try machine.run(call) == oracle.verdict(call))
      }
    }
  }
}
