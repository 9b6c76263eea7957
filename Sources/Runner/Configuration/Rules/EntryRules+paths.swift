internal import SandboxBase

extension EntryRules {
  mutating func checkPaths() {
    for fault in PathRules.faults(of: policy, leadingTo: [:], folders: service.ownFolders) {
      refuse(fault.key, fault.text)
    }
  }

  mutating func checkArguments() {
    var compiled: [ArgumentPattern] = []
    for text in policy.arguments.deny {
      // Malformed patterns were reported where they were read.
      guard let pattern = Self.pattern(text) else { return }
      compiled.append(pattern)
    }
    for (row, sequence) in policy.arguments.allow.enumerated() {
      for (index, text) in sequence.enumerated() {
        guard let literal = Self.pattern(text)?.literal,
          let denied = compiled.first(where: { $0.matches(literal, in: policy.argumentFolders) })
        else { continue }
        let key = "arguments.allow[\(row)]"
        let inner = "\(key)[\(index)]"
        refuse(
          positions.own[inner] == nil && positions.defaults[inner] == nil ? key : inner,
          "`\(text)` can never be given: deny has `\(denied.source)`.")
      }
      if sequence.count > Int(policy.arguments.countMax) {
        refuse(
          "arguments.count",
          "It is less than the \(sequence.count) arguments of allow[\(row)].")
      }
    }
  }

  private static func pattern(_ text: String) -> ArgumentPattern? {
    do throws(ArgumentPattern.ParseError) {
      return try ArgumentPattern(text)
    } catch {
      return nil
    }
  }
}
