internal import SandboxBase
internal import SandboxFilter

/// What a refused system call is called in a job's document.
enum RefusedCallName {
  static func of(_ call: RefusedCall) -> String {
    guard call.architecture == FilterCompiler.Architecture.native.audit else {
      return "\(call.number) of another processor's interface"
    }
    return SyscallNumbers.name(of: call.number) ?? "\(call.number)"
  }
}
