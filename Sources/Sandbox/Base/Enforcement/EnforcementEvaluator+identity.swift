extension EnforcementEvaluator {
  var identity: Outcome {
    let asRoot =
      "start as root of a user namespace that maps the ids of jobs, with all capabilities"
    switch mode {
    case .root:
      if let gap = features.privilege.gap {
        return .missing(gap, remedy: "\(asRoot), or with --same-user")
      }
      guard let account = policy.account else { return .enforced("a uid and gid for each job") }
      guard features.privilege.maps(account.uid...account.uid),
        features.privilege.maps(account.gid...account.gid)
      else {
        return .missing(
          "this user namespace maps no id \(account.uid):\(account.gid)",
          remedy: "name an account that exists in this container")
      }
      return .standIn("uid \(account.uid), which all jobs of the entry share")
    case .sameUser:
      guard policy.account == nil else {
        return .missing(
          "an account is named, and an unprivileged start cannot change ids",
          remedy: "leave the account out, or start as root", isFatal: true)
      }
      return .standIn(
        "the starting user's own id, \(features.privilege.effectiveUser)", remedy: asRoot)
    }
  }

  var groups: Outcome {
    switch mode {
    case .root:
      guard !features.privilege.deniesSetgroups else {
        return .missing(
          "setgroups(2) is denied in this user namespace", remedy: "start as root, outside of it")
      }
      if let gid = policy.groups.first(where: { !features.privilege.mapsGroup($0) }) {
        return .missing(
          "this user namespace maps no group \(gid)",
          remedy: "name a group that exists in this container")
      }
      return .enforced(
        policy.groups.isEmpty
          ? "" : "of policy: \(policy.groups.map { "\($0)" }.joined(separator: ", "))")
    case .sameUser:
      guard policy.groups.isEmpty else {
        return .missing(
          "groups are named, and an unprivileged start cannot give them to jobs",
          remedy: "leave the groups out, or start as root", isFatal: true)
      }
      let count = features.privilege.supplementaryGroups
      guard count > 0 else { return .enforced("the starting user is in none") }
      return .standIn(
        "the starting user's groups stay: \(count)",
        remedy: "start as root, or as a user without supplementary groups")
    }
  }

  var keyring: Outcome {
    features.hasKeyring
      ? .enforced()
      : .standIn("no keyring can be joined here; the filter refuses every call of keyrings")
  }

  var seccomp: Outcome {
    guard features.hasSeccomp else {
      return .missing(
        "no filter can be loaded: \(features.seccompRefusal)",
        remedy: "use a kernel with CONFIG_SECCOMP_FILTER, and a container whose own filter allows "
          + "seccomp(2)")
    }
    var words = "profile \(policy.profile.rawValue)"
    if let only = policy.calls.only { words += ", of it \(only.count) calls" }
    if policy.diagnoses {
      words +=
        features.hasSeccompListener ? "; refused calls are named" : "; refusals have no names"
    }
    return .enforced(words)
  }
}
