internal import SandboxBase

/// A filter for people: what becomes of each call, and the program that sees to it.
package struct FilterListing: Sendable {
  private let rules: [SyscallRule]
  private let program: [BPFInstruction]

  /// Compiles a filter, and keeps its rules beside it.
  ///
  /// - Throws: `FilterFailure` where no filter can be compiled for the request.
  package init(_ request: FilterRequest) throws(FilterFailure) {
    rules = try request.rules()
    program = try request.compile()
  }

  /// The sandbox init's.
  static func sandboxInit() throws(FilterFailure) -> FilterListing {
    FilterListing(
      rules: FilterRequest.initRules, program: try FilterRequest.compileInitFilter())
  }

  private init(rules: [SyscallRule], program: [BPFInstruction]) {
    self.rules = rules
    self.program = program
  }

  /// How many instructions the kernel is given; it takes 4096 at most.
  package var instructionCount: Int { program.count }

  /// One line a call, its number and what becomes of it, beneath the reason; reasons in the order
  /// of the tables. Calls that this processor does not have are left out.
  ///
  /// - Throws: `FilterFailure` for a name that libseccomp does not know.
  package func calls() throws(FilterFailure) -> [String] {
    var lines: [String] = []
    for rule in rules {
      var named: [String] = []
      for name in rule.names {
        if let number = try Self.number(of: name) {
          let columns = name.padded(to: 25) + String(number).padded(to: 5)
          named.append(columns + RuleText.text(rule))
        }
      }
      if !named.isEmpty { lines += ["", "# \(rule.because)"] + named }
    }
    return Array(lines.dropFirst())
  }

  /// The program, one line an instruction: its place, what it does, and after a semicolon the calls
  /// that are decided there. Jumps name the place that they go to.
  package func instructions() -> [String] {
    FilterDisassembly(program).lines
  }

  private static func number(of name: String) throws(FilterFailure) -> UInt32? {
    do throws(SyscallNumbers.UnknownNameError) {
      return try SyscallNumbers.number(of: name)
    } catch {
      throw .unknownInTable(name: error.name)
    }
  }
}

extension String {
  /// With spaces behind it, at least one.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
