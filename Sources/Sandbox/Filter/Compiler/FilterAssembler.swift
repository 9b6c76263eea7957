internal import SandboxBase

/// Builds a BPF program from its end to its start.
///
/// All jumps of BPF go forward, so that, built backwards, every target is known when the jump to
/// it is written: distances are exact at once, and one that does not fit the 8 bits of a
/// conditional jump gets an unconditional one as a stepping stone.
struct FilterAssembler {
  /// A place to jump to: the number of instructions from it to the end.
  struct Label: Hashable {
    fileprivate let fromEnd: Int
  }

  /// What the accumulator holds: a word of struct seccomp_data, masked.
  struct Word: Hashable {
    let offset: UInt32
    var mask: UInt32 = .max
  }

  /// Where a branch leads. Nothing is written for it before a branch needs it: a verdict may lie
  /// near already, and a word may be in the accumulator already.
  enum Target: Hashable {
    case verdict(SyscallVerdict)
    case code(Label, holding: Word)
  }

  /// As far as a jump may go at the time it is thought of. Each stepping stone, or word loaded, for
  /// its other side moves it further away, hence the margin to 255.
  private static let jumpDistanceMax = 248

  private var reversed: [BPFInstruction] = []
  private var verdicts: [SyscallVerdict: Label] = [:]
  private var loads: [Target: Label] = [:]

  /// The program in the order in which it runs.
  var program: [BPFInstruction] { reversed.reversed() }

  /// The place of the instruction that was added last.
  private var here: Label { Label(fromEnd: reversed.count) }

  private func distance(to label: Label) -> Int { reversed.count - label.fromEnd }

  private func isNear(_ label: Label) -> Bool { distance(to: label) <= Self.jumpDistanceMax }

  @discardableResult
  private mutating func add(_ instruction: BPFInstruction) -> Label {
    reversed.append(instruction)
    return here
  }

  /// Compares `word`, which must be in the accumulator, with `k`.
  mutating func branch(
    _ code: UInt16, _ word: Word, _ k: UInt32, ifTrue: Target, ifFalse: Target
  ) -> Target {
    let yes = emit(ifTrue, holding: word)
    let no = emit(ifFalse, holding: word)
    add(
      BPFInstruction(
        code: code, jumpTrue: UInt8(distance(to: yes)), jumpFalse: UInt8(distance(to: no)), k: k))
    return .code(here, holding: word)
  }

  /// Loads the word that `target` needs right before it, where that takes no jump.
  mutating func prepare(_ target: Target) {
    if case .code = target { _ = emit(target, holding: nil) }
  }

  /// Makes what was added last the start of the program, with an empty accumulator.
  mutating func begin(with target: Target) {
    let start = emit(target, holding: nil)
    precondition(start == here, "the program's first instruction is not where it starts")
  }

  /// A near place that leads to `target` from where `word` is in the accumulator.
  private mutating func emit(_ target: Target, holding word: Word?) -> Label {
    switch target {
    case .verdict(let verdict):
      if let known = verdicts[verdict], isNear(known) { return known }
      let label = add(BPFInstruction(code: BPFInstruction.Code.ret, k: verdict.action))
      verdicts[verdict] = label
      return label
    case .code(let label, let wanted):
      if wanted == word {
        return isNear(label) ? label : add(jump(to: label))
      }
      let known = loads[target] ?? load(wanted, then: label)
      let near = isNear(known) ? known : add(jump(to: known))
      loads[target] = near
      return near
    }
  }

  private mutating func load(_ word: Word, then label: Label) -> Label {
    if label != here { add(jump(to: label)) }
    if word.mask != .max { add(BPFInstruction(code: BPFInstruction.Code.and, k: word.mask)) }
    return add(BPFInstruction(code: BPFInstruction.Code.load, k: word.offset))
  }

  private func jump(to label: Label) -> BPFInstruction {
    BPFInstruction(code: BPFInstruction.Code.jump, k: UInt32(distance(to: label)))
  }
}
