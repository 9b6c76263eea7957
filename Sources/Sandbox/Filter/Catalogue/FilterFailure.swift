package import SandboxBase

/// Why no filter can be compiled for the policy of an entry.
package enum FilterFailure: Error, Hashable, Sendable {
  /// Policy names a call that libseccomp does not know on any processor.
  case unknownCall(name: String)
  /// `only` names a call that the profile and the groups do not allow.
  case notInProfile(name: String, profile: SyscallProfile)
  /// `deny` names a call without which no job can start or end.
  case neededByLaunch(name: String)
  /// A call stands both in `only` and in `deny`.
  case onlyAndDenied(name: String)
  /// The network is granted, and the profile promises that there is none.
  case networkNotInProfile(profile: SyscallProfile)
  /// A table of this program has a name that this host's libseccomp does not know.
  case unknownInTable(name: String)
  /// The filter does not fit into the kernel's limit.
  case tooLong(instructions: Int)

  /// What is wrong and what to do, in whole sentences.
  package var message: String {
    switch self {
    case .unknownCall(let name):
      "There is no system call \"\(name)\". Use the names of syscalls(2)."
    case .notInProfile(let name, let profile):
      "The profile \(profile.rawValue) does not allow \(name), so that `only` cannot keep it. "
        + "Choose another profile or add a group that has it."
    case .neededByLaunch(let name):
      "\(name) cannot be denied: without it no job can start or end."
    case .onlyAndDenied(let name):
      "\(name) is both in `only` and in `deny`. Take it out of one of them."
    case .networkNotInProfile(let profile):
      "The profile \(profile.rawValue) has no network, and the entry is granted one. Choose the "
        + "profile network or standard, or take the grant away."
    case .unknownInTable(let name):
      "This host's libseccomp does not know the system call \(name), which http-runner's own "
        + "tables name. Install libseccomp 2.5.4 or later."
    case .tooLong(let instructions):
      "The filter has \(instructions) instructions, more than the kernel's "
        + "\(BPFInstruction.countMax). Name fewer calls one by one."
    }
  }

  /// The call that is at fault, as policy spells it; nil where no single call is.
  package var name: String? {
    switch self {
    case .unknownCall(let name), .notInProfile(let name, _), .neededByLaunch(let name),
      .onlyAndDenied(let name), .unknownInTable(let name):
      name
    case .networkNotInProfile, .tooLong: nil
    }
  }
}
