/// How many findings of a rule stand from before it. A number here only ever goes down.
enum Baseline {
  static let undocumented = 432
  static let unargued = 206
  static let deadDeclarations = 13
  static let privateWords = 261
  static let upwardUses = 19
  static let strangeNouns = 75

  /// The findings of a rule where there are more than before it; none otherwise.
  static func excess(_ findings: [Finding], over known: Int) -> [Finding] {
    findings.count > known ? findings : []
  }
}
