internal import SandboxBase

/// Turns a filter into lines of text, by following what each instruction knows: which word is in
/// the accumulator, and which call numbers can still be meant.
struct FilterDisassembly {
  private let program: [BPFInstruction]
  /// The word that is loaded when an instruction begins; all ways to it agree.
  private var words: [UInt32?]
  /// The call numbers with which the search comes by. It is a tree: there is one way to each.
  private var numbers: [ClosedRange<UInt32>?]

  init(_ program: [BPFInstruction]) {
    self.program = program
    words = Array(repeating: nil, count: program.count + 256)
    numbers = words.map { _ in nil }
    numbers[0] = 0...(.max)
    for index in program.indices { follow(index) }
  }

  var lines: [String] {
    let width = String(program.count).count
    return program.indices.map { index in
      let offset = String(repeating: " ", count: width - String(index).count) + String(index)
      let (text, note) = text(index)
      return offset + "  " + (note.isEmpty ? text : text.padded(to: 44) + "; " + note)
    }
  }

  private mutating func follow(_ index: Int) {
    let instruction = program[index]
    switch instruction.code {
    case BPFInstruction.Code.load: step(to: index + 1, from: index, word: instruction.k)
    case BPFInstruction.Code.and: step(to: index + 1, from: index, word: words[index])
    case BPFInstruction.Code.jump:
      step(to: index + 1 + Int(instruction.k), from: index, word: words[index])
    case BPFInstruction.Code.ret: break
    default:
      let (yes, no) = split(index)
      step(to: target(index, true), from: index, word: words[index], numbers: yes)
      step(to: target(index, false), from: index, word: words[index], numbers: no)
    }
  }

  private mutating func step(
    to next: Int, from index: Int, word: UInt32?, numbers left: ClosedRange<UInt32>? = nil
  ) {
    guard next < program.count else { return }
    words[next] = word
    numbers[next] = left ?? (isSearch(index) ? nil : numbers[index])
  }

  private func target(_ index: Int, _ holds: Bool) -> Int {
    index + 1 + Int(holds ? program[index].jumpTrue : program[index].jumpFalse)
  }

  private func isSearch(_ index: Int) -> Bool {
    words[index] == 0 && program[index].code == BPFInstruction.Code.jumpNotBelow
  }

  /// The numbers that go on when a comparison holds and when it does not; nil where it is not one
  /// of numbers.
  private func split(_ index: Int) -> (ClosedRange<UInt32>?, ClosedRange<UInt32>?) {
    guard isSearch(index), let all = numbers[index] else { return (nil, nil) }
    let k = program[index].k
    return (
      all.upperBound >= k ? max(k, all.lowerBound)...all.upperBound : nil,
      all.lowerBound < k ? all.lowerBound...min(k - 1, all.upperBound) : nil
    )
  }

  private func text(_ index: Int) -> (String, String) {
    let instruction = program[index]
    switch instruction.code {
    case BPFInstruction.Code.load: return ("load \(Self.word(instruction.k))", "")
    case BPFInstruction.Code.and: return ("and \(RuleText.hex(UInt64(instruction.k)))", "")
    case BPFInstruction.Code.jump: return ("go to \(index + 1 + Int(instruction.k))", "")
    case BPFInstruction.Code.ret: return ("answer \(Self.action(instruction.k))", "")
    default:
      let sign =
        switch instruction.code {
        case BPFInstruction.Code.jumpEqual: "="
        case BPFInstruction.Code.jumpNotBelow: ">="
        case BPFInstruction.Code.jumpAbove: ">"
        default: "has"
        }
      let targets = "\(target(index, true)), else \(target(index, false))"
      return ("if \(sign) \(value(index)) go to \(targets)", note(index))
    }
  }

  /// The calls that a branch of the search has found.
  private func note(_ index: Int) -> String {
    let (yes, no) = split(index)
    let found = [(no, false), (yes, true)].compactMap { range, holds -> String? in
      let next = target(index, holds)
      guard let range, next < program.count, !isSearch(next) else { return nil }
      let isVerdict = program[next].code == BPFInstruction.Code.ret
      return Self.calls(range) + ": "
        + (isVerdict ? Self.action(program[next].k) : "decided at \(next)")
    }
    return found.joined(separator: "; ")
  }

  private func value(_ index: Int) -> String {
    let k = program[index].k
    switch words[index] {
    case 0:
      let name = k == 0x4000_0000 ? "x32" : SyscallNumbers.name(of: k)
      let number = k > 0xffff ? RuleText.hex(UInt64(k)) : String(k)
      return name.map { "\(number) (\($0))" } ?? number
    case 4: return RuleText.hex(UInt64(k)) + (k == 0xc000_003e ? " (x86_64)" : " (aarch64)")
    default: return RuleText.hex(UInt64(k))
    }
  }

  private static func word(_ offset: UInt32) -> String {
    switch offset {
    case 0: "the call's number"
    case 4: "the processor"
    default: "argument \((offset - 16) / 8), \(offset % 8 == 0 ? "low" : "high") half"
    }
  }

  private static func action(_ action: UInt32) -> String {
    SyscallVerdict(action: action).map(RuleText.verdict) ?? RuleText.hex(UInt64(action))
  }

  private static func calls(_ range: ClosedRange<UInt32>) -> String {
    let name = { (number: UInt32) in
      SyscallNumbers.name(of: number)
        ?? (number > 0xffff ? RuleText.hex(UInt64(number)) : String(number))
    }
    if range.count == 1 { return name(range.lowerBound) }
    let isOpen = range.upperBound > 0xffff
    return isOpen
      ? "\(name(range.lowerBound)) and above"
      : "\(name(range.lowerBound)) to \(name(range.upperBound))"
  }
}
