internal import SandboxBase

extension EntryRules {
  mutating func checkPaths() {
    for (index, path) in policy.writePaths.enumerated() {
      let refusal = PathRules.refusal(of: path, writable: true, folders: service.ownFolders)
      if let refusal { refuse("write[\(index)]", "`\(path)`: \(refusal)") }
      if PathRules.isInside(policy.path, path) {
        refuse("write[\(index)]", "`\(path)`: jobs could replace the executable in it.")
      }
    }
    for (index, path) in policy.readPaths.enumerated() {
      let refusal = PathRules.refusal(of: path, writable: false, folders: service.ownFolders)
      if let refusal { refuse("read[\(index)]", "`\(path)`: \(refusal)") }
      // Writable inside readable is how one lets a job write in one place of a tree; the other way
      // round it would be a promise that nothing keeps.
      if let folder = policy.writePaths.first(where: { PathRules.isInside(path, $0) }) {
        refuse(
          "read[\(index)]", "`\(path)` is in \(folder), which jobs may write. Take one of them out."
        )
      }
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
    do throws(ArgumentPattern.Fault) {
      return try ArgumentPattern(text)
    } catch {
      return nil
    }
  }
}
