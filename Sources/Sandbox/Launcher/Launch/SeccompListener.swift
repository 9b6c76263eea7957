internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The listener of a job's seccomp filter, where policy diagnoses: each call that the filter would
/// refuse is recorded and refused (seccomp_unotify(2)). No call is let through.
final class SeccompListener {
  let listener: Descriptor
  private let machine: BPFInterpreter
  private(set) var refused: [RefusedCall] = []

  /// Answers for one job.
  ///
  /// - Parameter filter: the one that decides; the job has its notifying twin.
  init(listener: consuming Descriptor, filter: [BPFInstruction]) {
    self.listener = listener
    self.machine = BPFInterpreter(program: filter)
  }

  /// Handles one notification.
  ///
  /// - Returns: true when the job must be ended for the call.
  func handleNotification() -> Bool {
    var call = linux_seccomp_notif()
    // SAFETY: the call writes one linux_seccomp_notif, which is a local variable.
    guard unsafe linux_seccomp_notif_recv(listener.fd, &call) == 0 else { return false }
    let arguments = [
      call.arguments.0, call.arguments.1, call.arguments.2, call.arguments.3, call.arguments.4,
      call.arguments.5,
    ]
    let verdict = self.verdict(
      BPFInterpreter.Call(
        number: call.number, architecture: call.architecture, arguments: arguments))
    let isKill = verdict == .kill
    // A call that the enforcing filter allows cannot come here; if it does, it is as absent as one
    // that no rule names.
    var code = UInt32(ENOSYS)
    if case .fail(let refusal) = verdict { code = UInt32(refusal) }
    note(number: call.number, architecture: call.architecture, code: isKill ? 0 : code)
    if isKill { return true }
    _ = linux_seccomp_notif_send(listener.fd, call.id, Int32(code))
    return false
  }

  private func verdict(_ call: BPFInterpreter.Call) -> SyscallVerdict {
    do throws(BPFInterpreter.InvalidProgramError) {
      return try machine.verdict(call)
    } catch {
      return .kill
    }
  }

  private func note(number: UInt32, architecture: UInt32, code: UInt32) {
    for index in refused.indices
    where refused[index].number == number && refused[index].architecture == architecture
      && refused[index].code == code
    {
      refused[index].count &+= 1
      return
    }
    guard refused.count < RefusedCall.countMax else { return }
    refused.append(
      RefusedCall(number: number, architecture: architecture, code: code, count: 1))
  }
}
