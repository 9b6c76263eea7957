/// One instruction of a classic BPF program, as struct sock_filter has it (linux/filter.h).
package struct BPFInstruction: Hashable, Sendable {
  /// What the instruction does: one of `Code`.
  package let code: UInt16
  /// Instructions that are skipped where the condition of a jump holds.
  package let jumpTrue: UInt8
  /// Instructions that are skipped where the condition of a jump does not hold.
  package let jumpFalse: UInt8
  /// Operand: a constant, an offset in struct seccomp_data, or a distance to jump.
  package let k: UInt32

  /// An instruction, by default one without a conditional jump.
  package init(code: UInt16, jumpTrue: UInt8 = 0, jumpFalse: UInt8 = 0, k: UInt32) {
    self.code = code
    self.jumpTrue = jumpTrue
    self.jumpFalse = jumpFalse
    self.k = k
  }

  /// Bytes of one instruction, in memory and on the wire.
  package static let byteCount = 8

  /// Instructions of one program at most (BPF_MAXINSNS).
  package static let countMax = 4096

  /// The instruction as struct sock_filter in memory, in the byte order of the processor.
  package var bytes: [UInt8] {
    let word = UInt64(code) | UInt64(jumpTrue) << 16 | UInt64(jumpFalse) << 24 | UInt64(k) << 32
    return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  /// The codes that filters here are made of, and two that only libseccomp's have.
  package enum Code {
    /// BPF_LD | BPF_W | BPF_ABS: the accumulator becomes the word at offset `k`.
    package static let load: UInt16 = 0x20
    /// BPF_ALU | BPF_AND | BPF_K: the accumulator keeps the bits of `k`.
    package static let and: UInt16 = 0x54
    /// BPF_JMP | BPF_JA: skips `k` instructions.
    package static let jump: UInt16 = 0x05
    /// BPF_JMP | BPF_JEQ | BPF_K: jumps where the accumulator equals `k`.
    package static let jumpEqual: UInt16 = 0x15
    /// BPF_JMP | BPF_JGE | BPF_K: jumps where the accumulator is at least `k`.
    package static let jumpNotBelow: UInt16 = 0x35
    /// BPF_JMP | BPF_JGT | BPF_K: jumps where the accumulator is above `k`.
    package static let jumpAbove: UInt16 = 0x25
    /// BPF_JMP | BPF_JSET | BPF_K: jumps where the accumulator has any bit of `k`.
    package static let jumpAnyBit: UInt16 = 0x45
    /// BPF_RET | BPF_K: ends the program with the value `k`.
    package static let ret: UInt16 = 0x06
  }
}
