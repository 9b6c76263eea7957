internal import CSeccomp
internal import Glibc

/// Names of system calls to numbers, by libseccomp's tables.
package enum SyscallNumbers {
  /// A name that is no system call on any processor: a mistake in the catalogue.
  package struct UnknownName: Error, Hashable, Sendable {
    package let name: String
  }

  /// The number of `name` on this processor; nil where only others have the call.
  package static func number(of name: String) throws(UnknownName) -> UInt32? {
    let number = unsafe name.withCString { unsafe seccomp_syscall_resolve_name($0) }
    guard number != cseccomp_unknown_number() else { throw UnknownName(name: name) }
    return number < 0 ? nil : UInt32(number)
  }

  /// The name of a call of this or another processor's interface; its number where it has no name.
  ///
  /// - Parameter architecture: AUDIT_ARCH (linux/audit.h), which is libseccomp's own token.
  package static func name(of number: UInt32, architecture: UInt32) -> String {
    // x32 has the architecture of x86_64 and a bit of its own in the number.
    guard
      let name = unsafe seccomp_syscall_resolve_num_arch(
        architecture, Int32(bitPattern: number))
    else { return "\(number)" }
    defer { unsafe free(name) }
    return unsafe String(cString: name)
  }

  /// Every rule by number.
  ///
  /// - Throws: `UnknownName` for the first name that libseccomp does not know. A rule is never
  ///   left out in silence.
  package static func resolve(
    _ rules: [SyscallRule]
  ) throws(UnknownName) -> [UInt32: SyscallRule] {
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
