/// Holds one entry's policy against what a host offers: what is in force for its jobs, row by row,
/// and what stands in the way. Pure: the same question has the same answer, on any machine.
package struct EnforcementPlan: Hashable, Sendable {
  /// What is in force, as far as it can be.
  package let enforcement: Enforcement
  /// Refusals for layers that policy needs and the host lacks, in the order of `Layer`.
  package let refusals: [EnforcementRefusal]
  /// What would bring back a layer that is missing or has a stand-in: a clause without a full stop.
  package let remedies: [Layer: String]

  /// Evaluates every layer for one entry.
  ///
  /// - Parameters:
  ///   - policy: what the entry asks for.
  ///   - features: what the kernel and the host offer.
  ///   - mode: the rights that the launcher is started with.
  package init(for policy: EntryPolicy, on features: KernelFeatures, mode: Enforcement.Mode) {
    let evaluator = EnforcementEvaluator(policy: policy, features: features, mode: mode)
    let outcomes = Layer.allCases.map { ($0, evaluator.outcome($0)) }
    enforcement = Enforcement(
      rows: outcomes.map { layer, outcome in
        Enforcement.Row(layer, outcome.state, outcome.detail)
      })
    refusals = outcomes.compactMap { evaluator.refusal($0, $1) }
    remedies = Dictionary(
      uniqueKeysWithValues: outcomes.filter { !$1.remedy.isEmpty }.map { ($0, $1.remedy) })
  }
}

extension Enforcement {
  /// What is in force for the jobs of an entry.
  ///
  /// - Throws: `EnforcementRefusal` for the first layer that policy needs and this host lacks. A
  ///   layer is needed if policy requires it by name, and then must be enforced, or if it is
  ///   neither optional nor dropped, and then must not be missing.
  package static func plan(
    for policy: EntryPolicy, on features: KernelFeatures, mode: Mode
  ) throws(EnforcementRefusal) -> Enforcement {
    let plan = EnforcementPlan(for: policy, on: features, mode: mode)
    if let refusal = plan.refusals.first { throw refusal }
    return plan.enforcement
  }
}
