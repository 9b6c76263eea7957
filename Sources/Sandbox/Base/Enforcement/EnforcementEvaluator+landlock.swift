/// Documentation/userspace-api/landlock.rst: TCP since ABI 4, scopes since ABI 6.
extension EnforcementEvaluator {
  private static let networkABI = 4
  private static let scopesABI = 6

  private func has(_ abi: Int, _ layer: Layer) -> Bool {
    features.landlockRefusal.isEmpty && features.landlockABI >= abi
      && !policy.dropped.contains(layer)
  }

  /// Abstract sockets and signals stay within a job, so that jobs may share a network namespace.
  var hasScopes: Bool { has(Self.scopesABI, .landlockScopes) }

  private var inForce: Outcome { .enforced("ABI \(features.landlockABI)") }

  private var landlockRemedy: String {
    "boot a kernel of 5.13 or later with landlock in its lsm= list, and let the container's own "
      + "filter allow landlock_create_ruleset"
  }

  private func tooOld(_ abi: Int) -> String {
    features.landlockABI == 0 || !features.landlockRefusal.isEmpty
      ? "no Landlock" : "ABI \(features.landlockABI), and it came with \(abi)"
  }

  var landlockFiles: Outcome {
    guard features.landlockRefusal.isEmpty, features.landlockABI > 0 else {
      let why = features.landlockRefusal.isEmpty ? "" : ": \(features.landlockRefusal)"
      // A kernel that has it and does not let us use it is not what policy took for granted.
      return .missing(
        "Landlock cannot be used\(why)", remedy: landlockRemedy, isFatal: features.landlockABI > 0)
    }
    return inForce
  }

  var landlockNetwork: Outcome {
    let isThere = has(Self.networkABI, .landlockNetwork)
    let remedy = "use Linux 6.7 or later with Landlock"
    switch policy.network {
    case .all: return .dropped("policy grants the host's network")
    case .loopback: return .dropped("policy grants loopback")
    case .tcp:
      return isThere
        ? inForce
        : .missing(
          "the ports that policy grants cannot be told from others: \(tooOld(Self.networkABI))",
          remedy: "\(remedy), or grant all of the network or none", isFatal: true)
    case .none:
      if isThere { return inForce }
      let wall = lacks(.networkNamespace, .network) ? "" : "the empty network namespace and "
      return .standIn("\(tooOld(Self.networkABI)); \(wall)the filter hold", remedy: remedy)
    }
  }

  var landlockScopes: Outcome {
    guard !has(Self.scopesABI, .landlockScopes) else { return inForce }
    let remedy = "use Linux 6.12 or later with Landlock"
    let why = tooOld(Self.scopesABI)
    if policy.network.isHost || lacks(.networkNamespace, .network) {
      return .missing("\(why); abstract sockets of the host can be reached", remedy: remedy)
    }
    if lacks(.pidNamespace, .pid) {
      let kept = mode == .root && policy.account == nil
      guard kept else {
        return .missing("\(why); processes of the same user can be signalled", remedy: remedy)
      }
      return .standIn("\(why); a uid and a network namespace for each job hold", remedy: remedy)
    }
    return .standIn(
      "\(why); a PID and a network namespace for each job hold", remedy: remedy)
  }
}
