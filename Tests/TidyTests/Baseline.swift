/// How many findings of a rule stand from before it. A number here only ever goes down.
enum Baseline {
  static let deadDeclarations = 4
  static let upwardUses = 2

  /// The findings of a rule where there are more than before it; none otherwise.
  static func excess(_ findings: [Finding], over known: Int) -> [Finding] {
    findings.count > known ? findings : []
  }
}
