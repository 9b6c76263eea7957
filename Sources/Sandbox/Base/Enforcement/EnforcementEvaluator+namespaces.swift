extension EnforcementEvaluator {
  /// Whether a namespace is dropped, or cannot be made.
  func lacks(_ layer: Layer, _ namespace: KernelFeatures.Namespace) -> Bool {
    policy.dropped.contains(layer) || !support.namespaces.contains(namespace)
  }

  func namespace(_ namespace: KernelFeatures.Namespace) -> Outcome {
    if mode == .sameUser, !support.namespaces.contains(.user) {
      return .missing(
        "no user namespace can be made, which an unprivileged start needs: "
          + reason(.user), remedy: userNamespaceRemedy)
    }
    guard support.namespaces.contains(namespace) else {
      return .missing(
        "no \(namespace.rawValue) namespace can be made: \(reason(namespace))",
        remedy: namespaceRemedy)
    }
    return .enforced(mode == .root ? "" : "in a user namespace")
  }

  private func reason(_ namespace: KernelFeatures.Namespace) -> String {
    support.refusals[namespace] ?? "the kernel gave no reason"
  }

  private var namespaceRemedy: String {
    if mode == .sameUser { return userNamespaceRemedy }
    return features.privilege.missingCapabilities.contains("CAP_SYS_ADMIN")
      ? "give this container CAP_SYS_ADMIN, or start with --same-user"
      : "use a kernel and a container that allow it"
  }

  private var userNamespaceRemedy: String {
    if features.userNamespacesMax == 0 {
      return "raise /proc/sys/user/max_user_namespaces from 0, or start as root"
    }
    if features.appArmorRestrictsUserNamespaces {
      return "give http-runner an AppArmor profile with the rule 'userns,', or set "
        + "kernel.apparmor_restrict_unprivileged_userns=0, or start as root"
    }
    return "allow user namespaces to unprivileged users, or start as root"
  }

  var mountNamespace: Outcome {
    let made = namespace(.mount)
    guard made.state == .enforced, !lacks(.pidNamespace, .pid), !support.procRefusal.isEmpty else {
      return made
    }
    return .missing(
      "no /proc of its own can be mounted: \(support.procRefusal)",
      remedy: "let the container show all of /proc (podman and docker: "
        + "--security-opt unmask=ALL or systempaths=unconfined)")
  }

  var networkNamespace: Outcome {
    switch policy.network {
    case .all: return .dropped("policy grants the host's network")
    case .tcp: return .dropped("policy grants TCP ports of the host's network")
    case .none, .loopback: break
    }
    let made = namespace(.network)
    guard made.state == .enforced else { return made }
    if policy.network == .loopback {
      guard mode == .sameUser || features.privilege.administersNetwork else {
        return .missing(
          "this root lacks CAP_NET_ADMIN, which brings the loopback interface up",
          remedy: "give this container CAP_NET_ADMIN, or take the grant loopback away",
          isFatal: true)
      }
      return .enforced("one for each job, with loopback alone")
    }
    return .enforced(
      hasScopes ? "one empty one for all jobs" : "an empty one for each job")
  }

  var scratch: Outcome {
    guard !lacks(.mountNamespace, .mount) else {
      return .standIn(
        "a private working folder on the disk; /tmp and /dev/shm are the host's",
        remedy: "do not drop mount-namespace")
    }
    let limits = policy.scratch
    switch limits.storage {
    case .memory: return .enforced("\(limits.bytes >> 20) MiB, \(limits.inodes) inodes, in memory")
    case .disk:
      return .standIn(
        "the working folder is on the disk, bounded by the limit on file sizes; the others are "
          + "\(limits.bytes >> 20) MiB in memory",
        remedy: "let the scratch place be memory")
    }
  }

  var memfd: Outcome {
    guard !lacks(.pidNamespace, .pid) else {
      return .missing("it needs a PID namespace", remedy: "do not drop pid-namespace")
    }
    guard support.hasMemfdNoexec else {
      return .missing(
        "vm.memfd_noexec cannot be set for a PID namespace",
        remedy: mode == .root
          ? "use Linux 6.3 or later; a container needs a writable /proc/sys (unmask=/proc/sys)"
          : "use Linux 6.3 or later, as root")
    }
    return .enforced("vm.memfd_noexec=2 in the job's PID namespace")
  }
}
