import Sandbox

/// Runs a seccomp filter as the kernel would: the part of classic BPF that filters here use, and
/// what libseccomp's output uses beside it.
struct FilterMachine {
  /// struct seccomp_data.
  struct Call {
    var number: UInt32
    var architecture: UInt32
    var arguments: [UInt64] = [0, 0, 0, 0, 0, 0]

    func word(at offset: UInt32) -> UInt32? {
      switch offset {
      case 0: return number
      case 4: return architecture
      case 8, 12: return 0
      case 16..<64 where offset % 4 == 0:
        let argument = arguments[Int(offset - 16) / 8]
        return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
      default: return nil
      }
    }
  }

  struct Broken: Error {
    let reason: String
  }

  let program: [BPFInstruction]

  /// The value that the filter returns.
  func run(_ call: Call) throws -> UInt32 {
    var accumulator: UInt32 = 0
    var index = 0
    while index < program.count {
      let instruction = program[index]
      index += 1
      switch instruction.code {
      case BPFInstruction.Code.load:
        guard let word = call.word(at: instruction.k) else {
          throw Broken(reason: "load of offset \(instruction.k)")
        }
        accumulator = word
      case BPFInstruction.Code.and: accumulator &= instruction.k
      case BPFInstruction.Code.ret: return instruction.k
      case BPFInstruction.Code.jump: index += Int(instruction.k)
      case BPFInstruction.Code.jumpEqual:
        index += Int(jump(instruction, accumulator == instruction.k))
      case BPFInstruction.Code.jumpNotBelow:
        index += Int(jump(instruction, accumulator >= instruction.k))
      case 0x25: index += Int(jump(instruction, accumulator > instruction.k))
      case 0x45: index += Int(jump(instruction, accumulator & instruction.k != 0))
      default: throw Broken(reason: "code \(instruction.code)")
      }
    }
    throw Broken(reason: "the program ran off its end")
  }

  private func jump(_ instruction: BPFInstruction, _ holds: Bool) -> UInt8 {
    holds ? instruction.jumpTrue : instruction.jumpFalse
  }
}
