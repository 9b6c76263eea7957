internal import SystemBase

/// Why a launch failed: step, errno, and the index within a step that has several.
package struct LaunchFault: Error, Hashable, Sendable {
  /// The step at which the launch stopped.
  package let step: LaunchStep
  /// A positive errno; 0 where the check of the step itself failed.
  package let code: Int32
  /// Which limit, capability, descriptor or signal, where the step has several; an `ExecutableRule`
  /// for the step `executable`; else 0.
  package let index: UInt32

  /// A fault at a step.
  ///
  /// - Parameter code: a positive errno.
  package init(_ step: LaunchStep, code: Int32, index: UInt32 = 0) {
    self.step = step
    self.code = code
    self.index = index
  }

  init(_ step: LaunchStep, _ failure: SystemCallFailure) {
    self.init(step, code: failure.code)
  }

  /// The fault as one sentence for the client.
  package var message: String {
    let reason = "\(ErrorCode.message(code)) (\(ErrorCode.name(code)))"
    if step == .executable, let rule = ExecutableRule(rawValue: index) {
      return "The executable was refused: \(rule.explanation)."
    }
    let which = index > 0 ? ", at \(index)" : ""
    return "The launch stopped at the step \(step.name)\(which): \(reason)."
  }
}
