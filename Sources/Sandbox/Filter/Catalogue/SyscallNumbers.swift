internal import CSeccomp
internal import Glibc

/// Names of system calls to numbers, by libseccomp's tables.
///
/// SAFETY: libseccomp reads the name as a C string; the name that it returns is ours, is copied,
/// and freed once (seccomp_syscall_resolve_name(3)).
package enum SyscallNumbers {
  /// A name that is no system call on any processor: a mistake in the catalogue.
  package struct UnknownNameError: Error, Hashable, Sendable {
    /// The name as the catalogue or policy has it.
    package let name: String
  }

  /// The number of `name` on this processor; nil where only others have the call.
  ///
  /// - Throws: `UnknownNameError` for a name that libseccomp has for no processor.
  package static func number(of name: String) throws(UnknownNameError) -> UInt32? {
    let number = unsafe name.withCString { unsafe seccomp_syscall_resolve_name($0) }
    guard number != cseccomp_unknown_number() else { throw UnknownNameError(name: name) }
    return number < 0 ? nil : UInt32(number)
  }

  /// The name of `number` on this processor; nil where libseccomp has none.
  package static func name(of number: UInt32) -> String? {
    guard number <= UInt32(Int32.max),
      let text = unsafe seccomp_syscall_resolve_num_arch(
        UInt32(SCMP_ARCH_NATIVE), Int32(number))
    else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// Every rule by number.
  ///
  /// - Throws: `UnknownNameError` for the first name that libseccomp does not know. A rule is never
  ///   left out in silence.
  package static func resolve(
    _ rules: [SyscallRule]
  ) throws(UnknownNameError) -> [UInt32: SyscallRule] {
    var byNumber: [UInt32: SyscallRule] = [:]
    for rule in rules {
      for name in rule.names {
        guard let number = try number(of: name) else { continue }
        precondition(byNumber[number] == nil, "two rules name \(name)")
        byNumber[number] = rule
      }
    }
    return byNumber
  }
}
