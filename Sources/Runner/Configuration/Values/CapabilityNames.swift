internal import SandboxBase

/// The names of capabilities(7). They are known so that a misspelt one is distinguished from one
/// that is refused.
enum CapabilityNames {
  /// Those of the running kernel's capabilities, by number.
  static let all = CapabilityName.all

  /// Every name is refused; known and unknown ones for different reasons.
  static func refusal(of name: String) -> ValueError {
    let upper = name.uppercased()
    let full = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
    if all.contains(full) {
      return ValueError(
        "Jobs never hold a capability, and no setting gives them \(full). Take it out; for ports "
          + "below 1024 use one above, for files of others name an account as user.")
    }
    let hint = SpellingSuggestion.nearest(to: full, among: all).map { " Did you mean \($0)?" } ?? ""
    return ValueError("`\(name)` is no capability.\(hint) Jobs never hold one in any case.")
  }
}
