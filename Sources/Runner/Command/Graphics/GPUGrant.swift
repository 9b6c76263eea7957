internal import SandboxBase

/// What the setting `gpu` brings to the jobs of an entry on this host.
struct GPUGrant: Hashable, Sendable {
  /// One device that does the work, of those in `devices`.
  struct Node: Hashable, Sendable {
    /// Path beneath /dev.
    let path: String
    /// Name of the kernel's driver; empty where the kernel does not say.
    let driver: String
    /// Vendor and device as PCI numbers them, `8086:46a6`; empty for a device of another bus.
    let hardware: String
  }

  /// Devices that jobs may open, beneath /dev, each once.
  private(set) var devices: [String] = []
  /// Files and links beneath /sys, each once.
  private(set) var files: [KernelFile] = []
  /// Those that do the work; empty where the host has none.
  private(set) var nodes: [Node] = []
  private var paths: Set<String> = []

  mutating func add(_ node: Node) {
    nodes.append(node)
    add(device: node.path)
  }

  mutating func add(device: String) {
    if !devices.contains(device) { devices.append(device) }
  }

  mutating func add(_ path: String, _ content: KernelFile.Content) {
    guard paths.insert(path).inserted else { return }
    files.append(KernelFile(path: path, content: content))
  }

  /// Whether jobs see `path`, or something in it.
  func shows(_ path: String) -> Bool {
    devices.contains(path) || paths.contains { $0 == path || $0.hasPrefix(path + "/") }
  }

  /// The policy with all of it.
  func added(to policy: EntryPolicy) -> EntryPolicy {
    var policy = policy
    policy.devices += devices.filter { !policy.devices.contains($0) }
    policy.kernelFiles = files
    return policy
  }
}
