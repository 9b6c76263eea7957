import RunnerAccess
import RunnerCore

/// The answer to a call of a hook that is not proven, the same for each reason that a stranger is
/// not to know.
enum HookRefusal {
  /// The answer, without its delay; what claimed a proof is logged.
  static func response(
    to denial: AccessRefusal, from address: PeerAddress, _ log: any Logger
  ) -> Response {
    if denial.reason != .missing {
      log.log(
        .warning, "access.denied",
        "a call of a hook from \(address.text) was refused: \(denial.reason.rawValue)",
        ["address": .text(address.text), "reason": .text(denial.reason.rawValue)])
    }
    return Response.problem(.unauthorized, denial.text)
      .with("WWW-Authenticate", "Bearer realm=\"\(AccessGate.realm)\"")
      .because(denial.reason.rawValue)
  }
}
