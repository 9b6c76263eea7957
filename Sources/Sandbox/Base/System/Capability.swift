internal import CCapability

/// The capabilities that our own processes speak of, by their kernel numbers
/// (linux/capability.h).
package enum Capability: UInt32, CaseIterable {
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

  /// How many the running kernel has: their numbers are those below it (cap_max_bits(3)).
  package static var count: UInt32 { UInt32(cap_max_bits()) }

  /// The highest number that the running kernel knows.
  package static var last: UInt32 { count - 1 }

  /// As capabilities(7) spells it, for instance `CAP_SYS_ADMIN`.
  package var name: String { Self.name(of: rawValue) }

  /// The name of any number, also of one that only the kernel knows (`CAP_41`, say).
  package static func name(of number: UInt32) -> String {
    // SAFETY: cap_to_name(3) returns a C string of our own, which is copied and freed once.
    guard let text = unsafe cap_to_name(cap_value_t(number)) else { return "CAP_\(number)" }
    defer { unsafe cap_free(text) }
    let name = unsafe String(cString: text).uppercased()
    return name.hasPrefix("CAP_") ? name : "CAP_\(number)"
  }

  /// Capabilities as bits, each by its number (capabilities(7)).
  package static func mask(_ capabilities: [Capability]) -> UInt64 {
    capabilities.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// Whether the calling thread can use it now.
  ///
  /// - Throws: `SystemCallFailure` when capget(2) fails.
  package static func isEffective(_ capability: Capability) throws(SystemCallFailure) -> Bool {
    try CapabilitySets.current().effective & mask([capability]) != 0
  }
}
