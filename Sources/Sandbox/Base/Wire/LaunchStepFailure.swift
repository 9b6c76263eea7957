internal import Glibc
internal import SystemBase

/// Why a launch failed: step, errno, and the index within a step that has several.
package struct LaunchStepFailure: Error, Hashable, Sendable {
  /// The step at which the launch stopped.
  package let step: LaunchStep
  /// A positive errno; 0 where the check of the step itself failed.
  package let code: Int32
  /// Which limit, capability, descriptor or signal, where the step has several; an
  /// `ExecutableRefusal`
  /// for the step `executable`; else 0.
  package let index: UInt32
  /// The host path that it is about, with its file system; empty for all other steps.
  package let object: String

  /// A fault at a step.
  ///
  /// - Parameters:
  ///   - code: a positive errno; 0 where the check of the step itself failed.
  ///   - index: which of several, as `index` says.
  ///   - object: what it is about, for the operator; empty where nothing has a name.
  package init(_ step: LaunchStep, code: Int32, index: UInt32 = 0, object: String = "") {
    self.step = step
    self.code = code
    self.index = index
    self.object = object
  }

  /// A fault at a step by a kernel call.
  package init(_ step: LaunchStep, _ failure: SystemCallFailure) {
    self.init(step, code: failure.code)
  }

  /// The fault as one sentence for the client.
  package var message: String {
    let reason = "\(ErrorCode.message(code)) (\(ErrorCode.name(code)))"
    if step == .executable, let rule = ExecutableRefusal(rawValue: index) {
      return "The executable was refused: \(rule.explanation)."
    }
    if step == .hostPath, !object.isEmpty { return pathMessage(reason) }
    let which = index > 0 ? ", at \(index)" : ""
    return "The launch stopped at the step \(step.name)\(which): \(reason)."
  }

  /// What is wrong with a path of `read` or `write`, and what to do.
  private func pathMessage(_ reason: String) -> String {
    switch code {
    case ETIMEDOUT:
      "The file system at \(object) does not answer."
    case ENOENT:
      "The path \(object) does not exist: what belongs there is not mounted, or was moved."
    case ENOMEDIUM:
      "Nothing is mounted at \(object), and the entry has `requireMount`."
    case ENOTCONN, ESTALE, EHOSTDOWN, EIO:
      "The file system at \(object) is dead: \(reason). Unmount it and mount it again."
    case EACCES:
      "root is refused at \(object): a FUSE file system needs the mount option allow_other."
    case ELOOP:
      "The path \(object) has a symbolic link in it: name the path that it leads to."
    default:
      "The path \(object) cannot be mounted for the job: \(reason)."
    }
  }
}
