internal import Sandbox

/// What a host offers, as rows for the reader.
enum DoctorHost {
  struct Row: Hashable {
    let name: String
    let detail: String
  }

  static func rows(_ facts: KernelFacts) -> [Row] {
    [
      Row(name: "rights", detail: facts.privilege.gap ?? "root, with all that a launcher needs"),
      Row(name: "ids", detail: ids(facts.privilege)),
      Row(name: "seccomp", detail: seccomp(facts)),
      Row(name: "landlock", detail: landlock(facts)),
      Row(name: "namespaces", detail: namespaces(facts.own)),
      Row(name: "in a user namespace", detail: userNamespaces(facts)),
      Row(
        name: "/proc of its own",
        detail: facts.own.procRefusal.isEmpty ? "can be mounted" : "no: \(facts.own.procRefusal)"),
      Row(
        name: "vm.memfd_noexec",
        detail: facts.hasMemfdNoexec ? "of each PID namespace" : "cannot be set for jobs"),
      Row(name: "cgroup v2", detail: facts.cgroup.missing.map { "no: \($0)" } ?? "kill, freeze"),
      Row(name: "controllers", detail: controllers(facts.cgroup)),
      Row(name: "keyrings", detail: facts.hasKeyring ? "can be joined" : "cannot be joined"),
      Row(
        name: "core pattern",
        detail: facts.corePipe == nil ? "a file: \(facts.corePattern)" : facts.corePattern),
      Row(name: "foreign calls", detail: "i386 and x32 are closed by the filter on any host"),
    ]
  }

  private static func ids(_ privilege: KernelFacts.Privilege) -> String {
    let count = privilege.users.reduce(0) { $0 + $1.count }
    return count == Int(UInt32.max) ? "all" : "\(count) mapped in this user namespace"
  }

  private static func seccomp(_ facts: KernelFacts) -> String {
    guard facts.hasSeccomp else { return "no: \(facts.seccompRefusal)" }
    return facts.hasSeccompListener ? "filters, with a listener" : "filters, without a listener"
  }

  private static func landlock(_ facts: KernelFacts) -> String {
    let abi = facts.landlockABI > 0 ? "ABI \(facts.landlockABI)" : "no"
    return facts.landlockRefusal.isEmpty ? abi : "\(abi): \(facts.landlockRefusal)"
  }

  private static func namespaces(_ offer: KernelFacts.NamespaceOffer) -> String {
    let all = KernelFacts.Namespace.allCases
    let there = all.filter(offer.namespaces.contains).map(\.rawValue)
    // One reason stands for all that share it.
    var lacking: [(reason: String, names: [String])] = []
    for namespace in all where !offer.namespaces.contains(namespace) {
      let reason = offer.refusals[namespace] ?? "refused"
      if let index = lacking.firstIndex(where: { $0.reason == reason }) {
        lacking[index].names.append(namespace.rawValue)
      } else {
        lacking.append((reason, [namespace.rawValue]))
      }
    }
    let words = lacking.map { "no \($0.names.joined(separator: ", ")): \($0.reason)" }
    return ([there.joined(separator: ", ")] + words).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func userNamespaces(_ facts: KernelFacts) -> String {
    var words = [namespaces(facts.inUserNamespace)]
    if facts.inUserNamespace.namespaces.contains(.user), !facts.inUserNamespace.procRefusal.isEmpty
    {
      words.append("no /proc: \(facts.inUserNamespace.procRefusal)")
    }
    if facts.userNamespacesMax == 0 { words.append("max_user_namespaces is 0") }
    if facts.appArmorRestrictsUserNamespaces { words.append("restricted by AppArmor") }
    return words.joined(separator: "; ")
  }

  private static func controllers(_ groups: KernelFacts.ControlGroups) -> String {
    let names = groups.controllers.sorted().joined(separator: ", ")
    let there = names.isEmpty ? "none" : names
    return groups.remedy.isEmpty ? there : "\(there); \(groups.remedy)"
  }
}
