/// What becomes of each layer. The parts are in files of their own, by what they are about.
struct EnforcementEvaluator {
  let policy: EntryPolicy
  let features: KernelFeatures
  let mode: Enforcement.Mode

  /// What became of one layer.
  struct Outcome: Hashable {
    var state: Enforcement.State
    var detail = ""
    /// What to do, where the state is not as wished for.
    var remedy = ""
    /// It cannot be served like this, whether or not the layer is optional.
    var isFatal = false

    static func enforced(_ detail: String = "") -> Outcome {
      Outcome(state: .enforced, detail: detail)
    }

    static func standIn(_ detail: String, remedy: String = "") -> Outcome {
      Outcome(state: .standIn, detail: detail, remedy: remedy)
    }

    static func dropped(_ detail: String = "policy leaves it out") -> Outcome {
      Outcome(state: .dropped, detail: detail)
    }

    static func missing(_ detail: String, remedy: String, isFatal: Bool = false) -> Outcome {
      Outcome(state: .missing, detail: detail, remedy: remedy, isFatal: isFatal)
    }
  }

  /// Namespaces and what is done in them, with the rights of this mode.
  var support: KernelFeatures.NamespaceSupport {
    mode == .root ? features.own : features.inUserNamespace
  }

  func outcome(_ layer: Layer) -> Outcome {
    if layer.isDroppable, policy.dropped.contains(layer) { return .dropped() }
    return switch layer {
    case .executable, .descriptors, .environment, .capabilities, .noNewPrivs: .enforced()
    case .limits: .enforced("of each process")
    case .cgroup: cgroup
    case .cgroupLimits: cgroupLimits
    case .identity: identity
    case .groups: groups
    case .pidNamespace: namespace(.pid)
    case .mountNamespace: mountNamespace
    case .networkNamespace: networkNamespace
    case .ipcNamespace: namespace(.ipc)
    case .utsNamespace: namespace(.uts)
    case .cgroupNamespace: namespace(.cgroup)
    case .scratch: scratch
    case .keyring: keyring
    case .memfd: memfd
    case .landlockFiles: landlockFiles
    case .landlockNetwork: landlockNetwork
    case .landlockScopes: landlockScopes
    case .seccomp: seccomp
    }
  }

  /// Nil where the policy is content with `outcome`.
  func refusal(_ layer: Layer, _ outcome: Outcome) -> EnforcementRefusal? {
    let isRequired = policy.required.contains(layer)
    switch outcome.state {
    case .enforced: return nil
    case .dropped, .standIn: guard isRequired else { return nil }
    case .missing: guard isRequired || outcome.isFatal || !layer.isOptional else { return nil }
    }
    let why: String
    switch outcome.state {
    case .standIn: why = "policy requires it, and there is a stand-in only: \(outcome.detail)"
    case .dropped: why = "policy requires it, and so does not allow that \(outcome.detail)"
    case .enforced, .missing: why = outcome.detail
    }
    return EnforcementRefusal(layer: layer, why: why, remedy: remedy(layer, outcome))
  }

  private func remedy(_ layer: Layer, _ outcome: Outcome) -> String {
    let own = outcome.remedy
    if policy.required.contains(layer) {
      let change = "do not require \(layer.rawValue)"
      return own.isEmpty ? change : "\(own); or \(change)"
    }
    guard layer.isDroppable, !outcome.isFatal else { return own }
    let change = "let policy drop \(layer.rawValue) by name"
    return own.isEmpty ? change : "\(own); or \(change)"
  }
}
