/// A chunk of captured output. It is charged to the budget for its whole life, so that a slow
/// reader of an old job is counted too.
package final class OutputChunk: Sendable {
  /// The bytes, in the order in which they were written.
  package let bytes: [UInt8]
  private let budget: OutputBudget
  private let charge: Int

  /// Takes over a charge that was made for `charge` bytes.
  init(_ bytes: [UInt8], budget: OutputBudget, charge: Int) {
    self.bytes = bytes
    self.budget = budget
    self.charge = charge
  }

  deinit {
    budget.refund(charge)
  }
}
