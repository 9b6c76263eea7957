internal import SandboxBase

/// What a host offers, as rows for the reader.
enum DoctorHost {
  /// One feature of the host, and what was found of it.
  struct Row: Hashable {
    let name: String
    let detail: String
  }

  static func rows(_ features: KernelFeatures) -> [Row] {
    [
      Row(name: "rights", detail: features.privilege.gap ?? "root, with all that a launcher needs"),
      Row(name: "ids", detail: ids(features.privilege)),
      Row(name: "seccomp", detail: seccomp(features)),
      Row(name: "landlock", detail: landlock(features)),
      Row(name: "namespaces", detail: namespaces(features.own)),
      Row(name: "in a user namespace", detail: userNamespaces(features)),
      Row(
        name: "/proc of its own",
        detail: features.own.procRefusal.isEmpty
          ? "can be mounted" : "no: \(features.own.procRefusal)"),
      Row(
        name: "vm.memfd_noexec",
        detail: features.hasMemfdNoexec ? "of each PID namespace" : "cannot be set for jobs"),
      Row(name: "cgroup v2", detail: features.cgroup.missing.map { "no: \($0)" } ?? "kill, freeze"),
      Row(name: "controllers", detail: controllers(features.cgroup)),
      Row(name: "keyrings", detail: features.hasKeyring ? "can be joined" : "cannot be joined"),
      Row(
        name: "core pattern",
        detail: features.corePipe == nil
          ? "a file: \(features.corePattern)" : features.corePattern),
      Row(name: "foreign calls", detail: "i386 and x32 are closed by the filter on any host"),
    ]
  }

  private static func ids(_ privilege: KernelFeatures.Privilege) -> String {
    let count = privilege.users.reduce(0) { $0 + $1.count }
    return count == Int(UInt32.max) ? "all" : "\(count) mapped in this user namespace"
  }

  private static func seccomp(_ features: KernelFeatures) -> String {
    guard features.hasSeccomp else { return "no: \(features.seccompRefusal)" }
    return features.hasSeccompListener ? "filters, with a listener" : "filters, without a listener"
  }

  private static func landlock(_ features: KernelFeatures) -> String {
    let abi = features.landlockABI > 0 ? "ABI \(features.landlockABI)" : "no"
    return features.landlockRefusal.isEmpty ? abi : "\(abi): \(features.landlockRefusal)"
  }

  private static func namespaces(_ support: KernelFeatures.NamespaceSupport) -> String {
    let all = KernelFeatures.Namespace.allCases
    let there = all.filter(support.namespaces.contains).map(\.rawValue)
    // One reason stands for all that share it.
    var lacking: [(reason: String, names: [String])] = []
    for namespace in all where !support.namespaces.contains(namespace) {
      let reason = support.refusals[namespace] ?? "refused"
      if let index = lacking.firstIndex(where: { $0.reason == reason }) {
        lacking[index].names.append(namespace.rawValue)
      } else {
        lacking.append((reason, [namespace.rawValue]))
      }
    }
    let words = lacking.map { "no \($0.names.joined(separator: ", ")): \($0.reason)" }
    return ([there.joined(separator: ", ")] + words).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func userNamespaces(_ features: KernelFeatures) -> String {
    var words = [namespaces(features.inUserNamespace)]
    if features.inUserNamespace.namespaces.contains(.user),
      !features.inUserNamespace.procRefusal.isEmpty
    {
      words.append("no /proc: \(features.inUserNamespace.procRefusal)")
    }
    if features.userNamespacesMax == 0 { words.append("max_user_namespaces is 0") }
    if features.appArmorRestrictsUserNamespaces { words.append("restricted by AppArmor") }
    return words.joined(separator: "; ")
  }

  private static func controllers(_ groups: KernelFeatures.ControlGroups) -> String {
    let names = groups.controllers.sorted().joined(separator: ", ")
    let there = names.isEmpty ? "none" : names
    return groups.remedy.isEmpty ? there : "\(there); \(groups.remedy)"
  }
}
