internal import SystemBase

/// A kernel call that failed: which, on what, and why.
package struct SystemCallFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call's name as in section 2 of the manual.
  package let call: String
  /// Error number of the call, positive (errno(3)).
  package let code: Int32
  /// What it was done to, for the operator; empty where nothing has a name.
  package let object: String

  /// A failure of a call, with a positive errno.
  package init(call: String, code: Int32, object: String) {
    self.call = call
    self.code = code
    self.object = object
  }

  package var description: String {
    let target = object.isEmpty ? "" : " \(object)"
    return "\(call)\(target): \(ErrorCode.message(code)) (\(ErrorCode.name(code)))"
  }
}

/// Turns the answer of a call in CLinux into a value or an error.
///
/// - Throws: `SystemCallFailure` when `answer` is a negative errno.
@discardableResult
package func checked<Answer: SignedInteger>(
  _ call: String, _ answer: Answer
) throws(SystemCallFailure) -> Answer {
  try checked(call, "", answer)
}

/// As above, naming what the call was made on.
///
/// - Throws: `SystemCallFailure` when `answer` is a negative errno.
@discardableResult
package func checked<Answer: SignedInteger>(
  _ call: String, _ object: @autoclosure () -> String, _ answer: Answer
) throws(SystemCallFailure) -> Answer {
  guard answer < 0 else { return answer }
  throw SystemCallFailure(call: call, code: Int32(-answer), object: object())
}
