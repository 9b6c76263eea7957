internal import SandboxBase

extension EntryRules {
  mutating func checkPaths() {
    for fault in PathRules.faults(of: policy, leadingTo: [:], folders: service.ownFolders) {
      refuse(fault.key, fault.text)
    }
  }

  mutating func checkArguments() {
    let folders = policy.argumentFolders
    for (row, sequence) in settings.allowedPatterns.enumerated() {
      for (index, pattern) in sequence.enumerated() {
        guard let literal = pattern.literal,
          let denied = settings.deniedPatterns.first(where: { $0.matches(literal, in: folders) })
        else { continue }
        let key = "arguments.allow[\(row)]"
        let inner = "\(key)[\(index)]"
        refuse(
          positions.own[inner] == nil && positions.defaults[inner] == nil ? key : inner,
          "`\(pattern.source)` can never be given: deny has `\(denied.source)`.")
      }
      if sequence.count > Int(policy.arguments.countMax) {
        refuse(
          "arguments.count",
          "It is less than the \(sequence.count) arguments of allow[\(row)].")
      }
    }
  }
}
