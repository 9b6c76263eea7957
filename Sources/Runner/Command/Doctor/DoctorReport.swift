internal import SandboxBase

/// What `doctor` found: one value, which is printed as text or as JSON.
struct DoctorReport: Hashable {
  /// Whether this host honours the policies, and with it the exit code of `doctor`.
  enum Verdict: String, CaseIterable {
    case honoured
    case refused
    /// The rights of this process say nothing of those that the service will have.
    case unknown

    var exitCode: ExitCode {
      switch self {
      case .honoured: .ok
      case .refused: .configurationRefused
      case .unknown: .notRoot
      }
    }
  }

  /// One entry, and what is in force for it.
  struct Entry: Hashable {
    let name: String
    let policy: EntryPolicy
    /// Its commands and hooks, a line each.
    let commands: [String]
    let plan: EnforcementPlan
    /// The plan's, and what stands in the way of the whole service.
    let refusals: [EnforcementRefusal]
  }

  /// One line about the service's own confinement.
  struct ServiceRow: Hashable {
    let name: String
    let detail: String
  }

  let features: KernelFeatures
  let mode: Enforcement.Mode
  let entries: [Entry]
  /// What a start would refuse in the configuration, a line each.
  let faults: [String]
  /// What the service itself keeps once it serves.
  let service: [ServiceRow]

  /// - Parameters:
  ///   - policies: names and policies of entries.
  ///   - commands: lines about commands and hooks, by the names of their entries.
  ///   - ids: those that jobs get where no account is named.
  ///   - faults: what a start would refuse in the configuration, a line each.
  ///   - service: what the service itself keeps once it serves.
  init(
    features: KernelFeatures, mode: Enforcement.Mode,
    policies: [(name: String, policy: EntryPolicy)], commands: [String: [String]] = [:],
    ids: ClosedRange<UInt32>, faults: [String] = [],
    service: [ServiceRow] = []
  ) {
    self.service = service
    self.faults = faults
    self.features = features
    self.mode = mode
    entries = policies.map { name, policy in
      let plan = EnforcementPlan(for: policy, on: features, mode: mode)
      var refusals = plan.refusals
      let hasIdentity = !refusals.contains { $0.layer == .identity }
      if mode == .root, policy.account == nil, hasIdentity, !features.privilege.maps(ids) {
        refusals.append(
          EnforcementRefusal(
            layer: .identity,
            why: "this user namespace does not map the ids \(ids.lowerBound)-\(ids.upperBound)",
            remedy: "give a range that it maps with --id-range, or start with --same-user"))
      }
      return Entry(
        name: name, policy: policy, commands: commands[name] ?? [], plan: plan,
        refusals: refusals)
    }
  }

  var verdict: Verdict {
    if mode == .root, features.privilege.effectiveUser != 0 { return .unknown }
    return entries.allSatisfy(\.refusals.isEmpty) && faults.isEmpty ? .honoured : .refused
  }
}
