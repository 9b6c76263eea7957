/// The name that one launcher's folder and cgroup share, so that what a dead one left is found.
enum InstanceName {
  static let prefix = "http-runner-"

  static func random() -> String {
    prefix + String(UInt64.random(in: .min ... .max), radix: 36)
  }
}
