internal import CLinux

/// The capabilities that our own processes speak of, by their kernel numbers
/// (linux/capability.h).
enum Capability: UInt32, CaseIterable {
  case changeOwner = 0
  case overrideAccess = 1
  case fileOwner = 3
  case kill = 5
  case setGroupID = 6
  case setUserID = 7
  case setCapabilities = 8
  case administerNetwork = 12
  case changeRoot = 18
  case trace = 19
  case administer = 21
  case nice = 23
  case raiseLimits = 24
  case makeDevice = 27

  /// The highest that the running kernel knows.
  static func last() throws(SystemCallFailure) -> UInt32 {
    let text = try File.text("/proc/sys/kernel/cap_last_cap")
    guard let last = UInt32(text.prefix { $0.isNumber }), last < 64 else {
      throw SystemCallFailure(call: "read", code: 22, object: "/proc/sys/kernel/cap_last_cap")
    }
    return last
  }

  static func mask(_ capabilities: [Capability]) -> UInt64 {
    capabilities.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  static func isEffective(_ capability: Capability) throws(SystemCallFailure) -> Bool {
    try sets().effective & mask([capability]) != 0
  }

  static func sets() throws(SystemCallFailure) -> linux_capabilities {
    var sets = linux_capabilities()
    let answer = unsafe linux_capget(&sets)
    try checked("capget", answer)
    return sets
  }
}
