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

  private var reversed: [BPFInstruction] = []
  private var verdicts: [SyscallVerdict: Label] = [:]

  /// The program in the order in which it runs.
  var program: [BPFInstruction] { reversed.reversed() }

  /// The place of the instruction that was added last.
  private var here: Label { Label(fromEnd: reversed.count) }

  private func distance(to label: Label) -> Int { reversed.count - label.fromEnd }

  @discardableResult
  private mutating func add(_ instruction: BPFInstruction) -> Label {
    reversed.append(instruction)
    return here
  }

  /// A place that ends the program with `verdict`; near ones are shared.
  mutating func verdict(_ verdict: SyscallVerdict) -> Label {
    if let known = verdicts[verdict], distance(to: known) < 128 { return known }
    let action: UInt32 =
      switch verdict {
      case .allow: 0x7fff_0000  // SECCOMP_RET_ALLOW
      case .fail(let code): 0x0005_0000 | UInt32(code)  // SECCOMP_RET_ERRNO
      case .kill: 0x8000_0000  // SECCOMP_RET_KILL_PROCESS
      }
    let label = add(BPFInstruction(code: BPFInstruction.Code.ret, k: action))
    verdicts[verdict] = label
    return label
  }

  /// Loads word `offset` of struct seccomp_data, then goes on at the instruction added before.
  @discardableResult
  mutating func load(_ offset: UInt32, then next: Label) -> Label {
    fallThrough(to: next)
    return add(BPFInstruction(code: BPFInstruction.Code.load, k: offset))
  }

  @discardableResult
  mutating func and(_ mask: UInt32, then next: Label) -> Label {
    fallThrough(to: next)
    return add(BPFInstruction(code: BPFInstruction.Code.and, k: mask))
  }

  @discardableResult
  mutating func branch(
    _ code: UInt16, _ k: UInt32, ifTrue: Label, ifFalse: Label
  ) -> Label {
    // Each stepping stone moves the jump one further away, hence the margin of two.
    let near = 253
    let yes = distance(to: ifTrue) <= near ? ifTrue : jump(to: ifTrue)
    let no = distance(to: ifFalse) <= near ? ifFalse : jump(to: ifFalse)
    return add(
      BPFInstruction(
        code: code, jumpTrue: UInt8(distance(to: yes)), jumpFalse: UInt8(distance(to: no)), k: k))
  }

  private mutating func jump(to label: Label) -> Label {
    let skipped = UInt32(distance(to: label))
    return add(BPFInstruction(code: BPFInstruction.Code.jump, k: skipped))
  }

  private mutating func fallThrough(to label: Label) {
    if label != here { _ = jump(to: label) }
  }
}
