/// The names of capabilities(7), as libcap has them.
package enum CapabilityName {
  /// Those of the running kernel's capabilities, by number, for instance `CAP_CHOWN` first. One
  /// that libcap has no name for is `CAP_` and its number.
  package static var all: [String] { (0..<Capability.count).map(Capability.name(of:)) }
}
