internal import RunnerConfiguration
internal import SandboxBase

/// The graphics hardware of a host, as the kernel shows it in /dev, /sys and /proc.
///
/// libdrm finds a device by /sys/dev/char/MAJOR:MINOR, its `device` and what that has of identity
/// (`drmGetDevice2` of xf86drm.c); others by /sys/class/drm or /sys/bus/pci/devices. Jobs get
/// these links and texts and nothing else of /sys: no setting of the driver, no other device.
struct GPUHost: Sendable {
  let tree: KernelTree

  /// Devices of one kind that an entry gets at most: what they show has room in a message then.
  static let nodesMax = 16

  /// Files of a device that say what it is.
  private static let attributes = [
    "class", "device", "revision", "subsystem_device", "subsystem_vendor", "uevent", "vendor",
  ]

  /// A host.
  ///
  /// - Parameter tree: its files; the host's own by default.
  init(_ tree: KernelTree = KernelTree()) {
    self.tree = tree
  }

  /// What `gpu` brings.
  ///
  /// - Parameter named: `devices` of the entry. Where it names devices of the kind, these are
  ///   meant and no others.
  func grant(of kind: GPUKind, naming named: [String] = []) -> GPUGrant {
    switch kind {
    case .vaapi: renderNodes(naming: named)
    case .nvidia: nvidiaDevices(naming: named)
    }
  }

  /// The policy of an entry with what its `gpu` brings.
  func policy(of entry: ConfiguredEntry) -> EntryPolicy {
    guard let kind = entry.gpu else { return entry.policy }
    return grant(of: kind, naming: entry.policy.devices).added(to: entry.policy)
  }

  /// Why an entry with `gpu` cannot be served; nil where it can, or has none.
  func fault(of entry: ConfiguredEntry) -> String? {
    guard let kind = entry.gpu else { return nil }
    guard grant(of: kind, naming: entry.policy.devices).nodes.isEmpty else { return nil }
    let (what, wanted) =
      switch kind {
      case .vaapi:
        (
          "render node (/dev/dri/renderD128)",
          Self.wanted(entry.policy.devices, in: "/dev/dri/", "renderD")
        )
      case .nvidia:
        (
          "device of NVIDIA's driver (/dev/nvidiactl and /dev/nvidia0)",
          Self.wanted(entry.policy.devices, in: "/dev/", "nvidia")
        )
      }
    let bound =
      wanted.isEmpty
      ? "" : " that the entry may use: its devices names \(wanted.joined(separator: ", "))"
    return "This host has no \(what)\(bound). What is missing: http-runner doctor --gpu"
  }

  private func renderNodes(naming named: [String]) -> GPUGrant {
    var grant = GPUGrant()
    let all = tree.names(in: "/sys/class/drm").filter { Self.isNumbered($0, "renderD") }
    for name in Self.chosen(all, in: "/dev/dri/", "renderD", named)
    where tree.has("/dev/dri/\(name)") {
      guard let path = tree.devicePath(of: "/sys/class/drm/\(name)"),
        let number = tree.text(at: "\(path)/dev").map(Self.firstLine), Self.isNumber(number),
        let device = tree.devicePath(of: "\(path)/device")
      else { continue }
      link("/sys/dev/char/\(number)", to: path, in: &grant)
      link("/sys/class/drm/\(name)", to: path, in: &grant)
      copy(["dev", "uevent"], links: ["device", "subsystem"], of: path, to: &grant)
      let identity = addDevice(device, to: &grant)
      grant.add(
        GPUGrant.Node(
          path: "/dev/dri/\(name)", driver: identity.driver, hardware: identity.hardware))
    }
    return grant
  }

  /// The nodes that a container with a GPU gets from NVIDIA's own tools. Of MIG's capabilities the
  /// instances only: those of its configuration and of its monitor are for administrators.
  private func nvidiaDevices(naming named: [String]) -> GPUGrant {
    var grant = GPUGrant()
    let proc = "/proc/driver/nvidia/gpus"
    guard tree.has("/dev/nvidiactl") else { return grant }
    var nodes: [(name: String, slot: String)] = []
    for slot in tree.names(in: proc) {
      let minor = tree.text(at: "\(proc)/\(slot)/information").flatMap {
        Self.field("Device Minor", of: $0)
      }
      guard let minor, Self.isNumbered("nvidia\(minor)", "nvidia") else { continue }
      nodes.append(("nvidia\(minor)", slot))
    }
    for name in Self.chosen(nodes.map(\.name), in: "/dev/", "nvidia", named)
    where tree.has("/dev/\(name)") {
      var hardware = ""
      if let slot = nodes.first(where: { $0.name == name })?.slot,
        let device = tree.devicePath(of: "/sys/bus/pci/devices/\(slot)")
      {
        hardware = addDevice(device, to: &grant).hardware
      }
      grant.add(GPUGrant.Node(path: "/dev/\(name)", driver: "nvidia", hardware: hardware))
    }
    guard !grant.nodes.isEmpty else { return GPUGrant() }
    let memory = "/sys/devices/system/memory/block_size_bytes"
    if let text = tree.text(at: memory) { grant.add(memory, .text(text)) }
    let shared = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"]
    for path in shared + instances(of: grant.nodes, naming: named) where tree.has(path) {
      grant.add(device: path)
    }
    return grant
  }

  /// Capability devices of the MIG instances of these GPUs
  /// (/proc/driver/nvidia/capabilities/gpu0/mig/gi1/access).
  private func instances(of nodes: [GPUGrant.Node], naming named: [String]) -> [String] {
    guard !named.contains(where: { $0.hasPrefix("/dev/nvidia-caps/") }) else { return [] }
    var found: [String] = []
    for node in nodes {
      let number = node.path.dropFirst("/dev/nvidia".count)
      let mig = "/proc/driver/nvidia/capabilities/gpu\(number)/mig"
      let graphics = tree.names(in: mig).filter { Self.isNumbered($0, "gi") }.map { "\(mig)/\($0)" }
      let compute = graphics.flatMap { folder in
        tree.names(in: folder).filter { Self.isNumbered($0, "ci") }.map { "\(folder)/\($0)" }
      }
      for folder in graphics + compute {
        let minor = tree.text(at: "\(folder)/access").flatMap {
          Self.field("DeviceFileMinor", of: $0)
        }
        if let minor { found.append("/dev/nvidia-caps/nvidia-cap\(minor)") }
      }
    }
    return found
  }

  /// The folder of a device beneath /sys/devices: what it is, not how it is set.
  private func addDevice(
    _ path: String, to grant: inout GPUGrant
  ) -> (driver: String, hardware: String) {
    copy(Self.attributes, links: ["driver", "subsystem"], of: path, to: &grant)
    let bus = tree.target(of: "\(path)/subsystem")?.split(separator: "/").last ?? ""
    let name = path.split(separator: "/").last ?? ""
    // The function of a virtual machine's device; libdrm asks for the PCI device above it.
    if bus == "virtio" {
      let parent = addDevice(String(path.dropLast(name.utf8.count + 1)), to: &grant)
      return ("virtio_gpu", parent.hardware)
    }
    if bus == "pci" { link("/sys/bus/pci/devices/\(name)", to: path, in: &grant) }
    let driver = tree.target(of: "\(path)/driver")?.split(separator: "/").last ?? ""
    let numbers = ["vendor", "device"].compactMap { tree.text(at: "\(path)/\($0)") }.map {
      Self.firstLine($0).dropFirst(2)
    }
    return (String(driver), numbers.count == 2 ? numbers.joined(separator: ":") : "")
  }

  private func copy(
    _ names: [String], links: [String], of folder: String, to grant: inout GPUGrant
  ) {
    for name in names {
      if let text = tree.text(at: "\(folder)/\(name)") {
        grant.add("\(folder)/\(name)", .text(text))
      }
    }
    for name in links {
      if let target = tree.target(of: "\(folder)/\(name)") {
        grant.add("\(folder)/\(name)", .link(target))
      }
    }
  }

  /// A link beneath /sys to a folder there, which names it from where the link is.
  private func link(_ path: String, to folder: String, in grant: inout GPUGrant) {
    let depth = path.split(separator: "/").count - 2
    let up = String(repeating: "../", count: depth)
    grant.add(path, .link(up + folder.dropFirst("/sys/".count)))
  }

  /// Of `names`, those that `devices` names in the folder, where it names any of the kind: none
  /// where these are lost, for another device was not meant.
  private static func chosen(
    _ names: [String], in folder: String, _ stem: String, _ named: [String]
  ) -> [String] {
    let wanted = wanted(named, in: folder, stem)
    let meant = wanted.isEmpty ? names : names.filter { wanted.contains(folder + $0) }
    return Array(meant.prefix(nodesMax))
  }

  /// Of the paths that `devices` names, those of numbered devices in the folder.
  private static func wanted(_ named: [String], in folder: String, _ stem: String) -> [String] {
    named.filter { path in
      path.hasPrefix(folder) && isNumbered(String(path.dropFirst(folder.count)), stem)
    }
  }

  private static func isNumbered(_ name: String, _ stem: String) -> Bool {
    let digits = name.dropFirst(stem.count)
    return name.hasPrefix(stem) && (1...4).contains(digits.utf8.count)
      && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// `226:128`.
  private static func isNumber(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { UInt32($0) != nil }
  }

  private static func firstLine(_ text: String) -> String {
    String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
  }

  /// The number behind `NAME:` in a text of such lines.
  private static func field(_ name: String, of text: String) -> UInt32? {
    for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
      return UInt32(line.drop { $0 != ":" }.dropFirst().filter { $0 != " " && $0 != "\t" })
    }
    return nil
  }
}
