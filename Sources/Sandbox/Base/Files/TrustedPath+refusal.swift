extension TrustedPath.Refusal {
  /// What is wrong with the executable of a whitelist entry, and what to do: sentences for the
  /// operator.
  ///
  /// - Parameter name: the executable's path as policy has it.
  package func text(ofEntry name: String) -> String {
    switch self {
    case .rule(let rule, let path, let detail):
      let location = path == name ? "" : " (at \(path))"
      let found = detail.map { " (\($0))" } ?? ""
      return "The whitelist entry \(name) is refused: \(rule.explanation)\(found)\(location). "
        + "To mend it: \(rule.remedy(for: path))."
    case .kernel(let failure):
      return "The whitelist entry \(name) is refused: \(failure). "
        + "Name an existing program by its absolute path."
    }
  }

  /// What is wrong with the folder of the working folders, and what to do: a sentence for the
  /// operator.
  ///
  /// - Parameter workRoot: the folder's path as policy has it.
  package func text(ofWorkFolder workRoot: String) -> String {
    switch self {
    case .rule(let rule, let path, _):
      "The work folder \(workRoot) is refused: \(rule.explanation) (at \(path)). "
        + "To mend it: \(rule.remedy(for: path))."
    case .kernel(let failure):
      "The work folder \(workRoot) cannot be used: \(failure)."
    }
  }
}
