internal import SandboxBase
internal import SandboxFilter

/// Profile, groups and calls of a draft.
struct TraceCalls: Hashable {
  private(set) var profile: SyscallProfile
  private(set) var groups: [SyscallGroup]
  /// Sorted; without those that every job may make.
  private(set) var only: [String]
  /// Calls that were made and that no profile allows: the program may well do without.
  private(set) var missing: [String]
  private var wanted: Set<String>
  /// Profiles that may still be chosen, the narrowest first.
  private var candidates: [SyscallProfile]

  init(_ observation: TraceObservation, network: NetworkGrant) {
    let isPlain =
      !observation.processes.makesCode && !observation.processes.makesProcesses
      && !network.hasInternetSockets
    candidates = isPlain ? [.compute] : []
    candidates.append(.standard)
    if network.isHost { candidates.append(.network) }
    candidates += [.jit, .build]
    wanted = Self.withFallbacks(observation.calls)
    (profile, groups, only, missing) = (.standard, [], [], [])
    choose(network)
  }

  /// Calls that every profile answers with ENOSYS, because their arguments lie in memory that no
  /// filter reads, and what libraries make in their place.
  private static let fallbacks = ["clone3": "clone", "openat2": "openat"]

  private static func withFallbacks(_ calls: Set<String>) -> Set<String> {
    calls.union(calls.compactMap { fallbacks[$0] })
  }

  mutating func widen(by refused: [String], network: NetworkGrant) -> Bool {
    let before = (profile, groups, only)
    let isConditional = refused.contains(where: only.contains)
    // The call is allowed and its arguments were not: a wider profile may take them.
    if isConditional, let index = candidates.firstIndex(of: profile),
      index + 1 < candidates.count
    {
      candidates.removeFirst(index + 1)
    }
    wanted.formUnion(refused)
    choose(network)
    return before != (profile, groups, only)
  }

  /// Calls that a profile allows, with some arguments at least.
  private static func allowed(
    _ profile: SyscallProfile, _ groups: [SyscallGroup], _ network: NetworkGrant
  ) -> Set<String> {
    var rule = SyscallOverrides()
    rule.groups = groups
    guard let rows = try? profile.rules(network: network, calls: rule) else { return [] }
    return Set(rows.filter(\.mayAllow).flatMap(\.names))
  }

  private mutating func choose(_ network: NetworkGrant) {
    var best: (profile: SyscallProfile, groups: [SyscallGroup], allowed: Set<String>)?
    for candidate in candidates {
      let plain = Self.allowed(candidate, [], network)
      let missing = wanted.subtracting(plain)
      let groups = SyscallGroup.allCases.filter { group in
        !candidate.groups.contains(group)
          && group.rows.contains { $0.mayAllow && !missing.isDisjoint(with: $0.names) }
      }
      let all = groups.isEmpty ? plain : Self.allowed(candidate, groups, network)
      let gain = wanted.intersection(all).count
      if let best, wanted.intersection(best.allowed).count >= gain { continue }
      best = (candidate, groups, all)
    }
    guard let best else { return }
    profile = best.profile
    groups = best.groups
    only = wanted.intersection(best.allowed).subtracting(SyscallOverrides.essential).sorted()
    missing = wanted.subtracting(best.allowed).sorted()
  }
}
