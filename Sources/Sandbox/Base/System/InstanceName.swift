/// The name that one launcher's folder and cgroup share, so that what a dead one left is found.
package enum InstanceName {
  /// What the names begin with.
  package static let prefix = "http-runner-"

  /// A new name: the prefix and 64 random bits in base 36.
  package static func random() -> String {
    prefix + String(UInt64.random(in: .min ... .max), radix: 36)
  }
}
