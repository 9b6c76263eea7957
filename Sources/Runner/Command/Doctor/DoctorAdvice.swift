internal import SandboxBase

/// One thing to change on this host, with the layers that would gain by it.
struct DoctorAdvice: Hashable {
  /// Names of layers, or of what else it is about.
  let about: [String]
  let text: String
  /// Without it some policy cannot be honoured.
  let isNeeded: Bool

  /// Each thing once, what is needed first.
  static func all(of report: DoctorReport) -> [DoctorAdvice] {
    var order: [String] = []
    var layers: [String: Set<Layer>] = [:]
    var needed: Set<String> = []
    guard report.verdict != .unknown else { return host(report.features) }
    func note(_ layer: Layer, _ text: String, isNeeded: Bool) {
      if layers[text] == nil { order.append(text) }
      layers[text, default: []].insert(layer)
      if isNeeded { needed.insert(text) }
    }
    for entry in report.entries {
      let refused = Set(entry.refusals.map(\.layer))
      // What is needed by several layers is one thing to do; that each may be dropped is not said
      // here, as it is no change to the host.
      for refusal in entry.refusals {
        note(
          refusal.layer, entry.plan.remedies[refusal.layer] ?? refusal.remedy, isNeeded: true)
      }
      for (layer, text) in entry.plan.remedies.sorted(by: { $0.key < $1.key })
      where !refused.contains(layer) {
        note(layer, text, isNeeded: false)
      }
    }
    let found = order.map { text in
      DoctorAdvice(
        about: (layers[text] ?? []).sorted().map(\.rawValue), text: text,
        isNeeded: needed.contains(text))
    }
    return found.filter(\.isNeeded) + found.filter { !$0.isNeeded } + host(report.features)
  }

  /// What no layer stands for.
  private static func host(_ features: KernelFeatures) -> [DoctorAdvice] {
    guard let program = features.corePipe else { return [] }
    return [
      DoctorAdvice(
        about: ["core-pattern"],
        text: "core_pattern pipes to \(program): the kernel runs it as root with the memory of a "
          + "job that crashed, and a core limit of 0 does not stop that. Write a file name "
          + "instead: sysctl kernel.core_pattern=core",
        isNeeded: false)
    ]
  }
}
