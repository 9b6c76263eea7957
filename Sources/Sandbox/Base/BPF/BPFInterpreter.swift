/// Runs a seccomp filter as the kernel does (Documentation/networking/filter.rst): the part of
/// classic BPF that filters here use, and what libseccomp's output uses beside it.
///
/// The launcher asks it what the enforcing filter says of a call that waits for an answer; the
/// simulator asks it about every call there is.
package struct BPFInterpreter: Sendable {
  /// What a filter can look at: struct seccomp_data without the instruction pointer, which reads as
  /// 0.
  package struct Call: Hashable, Sendable {
    /// Number of the call, in the interface of `architecture`.
    package var number: UInt32
    /// AUDIT_ARCH value of the interface that the call is made by (linux/audit.h).
    package var architecture: UInt32
    /// The six arguments of the call.
    package var arguments: [UInt64]

    /// A call; its arguments are 0 by default.
    ///
    /// - Parameter arguments: six of them.
    package init(
      number: UInt32, architecture: UInt32, arguments: [UInt64] = [0, 0, 0, 0, 0, 0]
    ) {
      self.number = number
      self.architecture = architecture
      self.arguments = arguments
    }

    fileprivate func word(at offset: UInt32) -> UInt32? {
      switch offset {
      case 0: return number
      case 4: return architecture
      case 8, 12: return 0
      case 16..<64 where offset % 4 == 0:
        let index = Int(offset - 16) / 8
        guard index < arguments.count else { return nil }
        return UInt32(truncatingIfNeeded: arguments[index] >> (offset % 8 == 0 ? 0 : 32))
      default: return nil
      }
    }
  }

  /// The kernel would not have loaded such a program.
  package struct InvalidProgramError: Error, Hashable, Sendable {
    /// Why the program is refused: a clause without a full stop.
    package let reason: String
  }

  /// The program, as the kernel loads it.
  package let program: [BPFInstruction]

  /// An interpreter for a program, which is not checked before it runs.
  package init(program: [BPFInstruction]) {
    self.program = program
  }

  /// What becomes of `call`.
  ///
  /// - Throws: `InvalidProgramError` for a program that runs off its end, reads outside the
  ///   call, has an
  ///   unknown code, or returns an action that no filter here returns.
  package func verdict(_ call: Call) throws(InvalidProgramError) -> SyscallVerdict {
    let action = try run(call)
    guard let verdict = SyscallVerdict(action: action) else {
      throw InvalidProgramError(reason: "action \(action)")
    }
    return verdict
  }

  /// The value that the filter returns. It ends: jumps only go forward.
  ///
  /// - Throws: `InvalidProgramError` for a program that runs off its end, reads outside the
  ///   call, or has
  ///   an unknown code.
  package func run(_ call: Call) throws(InvalidProgramError) -> UInt32 {
    var accumulator: UInt32 = 0
    var index = 0
    while index < program.count {
      let instruction = program[index]
      index += 1
      switch instruction.code {
      case BPFInstruction.Code.load:
        guard let word = call.word(at: instruction.k) else {
          throw InvalidProgramError(reason: "load of offset \(instruction.k)")
        }
        accumulator = word
      case BPFInstruction.Code.and: accumulator &= instruction.k
      case BPFInstruction.Code.ret: return instruction.k
      case BPFInstruction.Code.jump: index += Int(instruction.k)
      case BPFInstruction.Code.jumpEqual:
        index += jump(instruction, accumulator == instruction.k)
      case BPFInstruction.Code.jumpNotBelow:
        index += jump(instruction, accumulator >= instruction.k)
      case BPFInstruction.Code.jumpAbove:
        index += jump(instruction, accumulator > instruction.k)
      case BPFInstruction.Code.jumpAnyBit:
        index += jump(instruction, accumulator & instruction.k != 0)
      default: throw InvalidProgramError(reason: "code \(instruction.code)")
      }
    }
    throw InvalidProgramError(reason: "the program ran off its end")
  }

  private func jump(_ instruction: BPFInstruction, _ holds: Bool) -> Int {
    Int(holds ? instruction.jumpTrue : instruction.jumpFalse)
  }
}
