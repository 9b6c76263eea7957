internal import RunnerConfiguration
internal import SandboxBase

/// What an entry with `gpu` would get of this host, and what is missing.
struct GPUReport: Hashable {
  /// One thing that was looked at.
  struct Row: Hashable {
    let name: String
    let detail: String
    /// What to do; nil where nothing is missing.
    let advice: String?

    init(_ name: String, _ detail: String, advice: String? = nil) {
      self.name = name
      self.detail = detail
      self.advice = advice
    }
  }

  /// One kind of hardware.
  struct Part: Hashable {
    let kind: GPUKind
    let grant: GPUGrant
    let rows: [Row]
    /// Whether jobs could use it.
    var isUsable: Bool { !grant.nodes.isEmpty && rows.allSatisfy { $0.advice == nil } }
  }

  let parts: [Part]

  /// - Parameter tree: the host's files.
  init(of tree: KernelTree) {
    let host = GPUHost(tree)
    let libraries = GPULibraries(tree)
    parts = GPUKind.allCases.map { kind in
      let grant = host.grant(of: kind)
      let rows =
        switch kind {
        case .vaapi: Self.renderRows(grant, tree, libraries)
        case .nvidia: Self.nvidiaRows(grant, tree, libraries)
        }
      return Part(kind: kind, grant: grant, rows: rows)
    }
  }

  var exitCode: ExitCode { parts.contains(where: \.isUsable) ? .ok : .configurationRefused }

  private static func renderRows(
    _ grant: GPUGrant, _ tree: KernelTree, _ libraries: GPULibraries
  ) -> [Row] {
    guard !grant.nodes.isEmpty else {
      let isHidden = tree.names(in: "/sys/class/drm").contains { $0.hasPrefix("renderD") }
      return [
        Row(
          "render nodes", "none",
          advice: isHidden
            ? "The kernel has a render node, but /dev/dri does not show it here: give it to this "
              + "container (--device /dev/dri), or take PrivateDevices= out of the unit."
            : "Load the driver of the hardware (i915, xe, amdgpu; in a virtual machine "
              + "virtio_gpu), with its firmware: `dmesg | grep drm` says what failed.")
      ]
    }
    return openRows(grant.nodes, tree)
      + grant.nodes.map { node in
        let row = libraries.driver(of: node.driver)
        return Row(
          "VA-API driver",
          row.found ?? "none of \(row.wanted.joined(separator: ", "))",
          advice: row.found == nil ? row.advice : nil)
      }
  }

  private static func nvidiaRows(
    _ grant: GPUGrant, _ tree: KernelTree, _ libraries: GPULibraries
  ) -> [Row] {
    let version = tree.text(at: "/proc/driver/nvidia/version")
    var rows = [
      Row(
        "kernel driver", version.map { String($0.prefix { $0 != "\n" }) } ?? "not loaded",
        advice: version == nil ? "Install and load NVIDIA's driver: modprobe nvidia." : nil)
    ]
    guard version != nil else { return rows }
    if grant.nodes.isEmpty {
      rows.append(
        Row(
          "devices", "no /dev/nvidiactl with a /dev/nvidia0",
          advice: "Make them at each boot: nvidia-modprobe -c 0, or nvidia-persistenced. A "
            + "container is given them by --device."))
    }
    rows += openRows(grant.nodes, tree)
    let memory = "/dev/nvidia-uvm"
    rows.append(
      Row(
        memory, tree.has(memory) ? tree.openFault(of: memory) ?? "opens" : "not there",
        advice: tree.has(memory)
          ? nil
          : "CUDA needs it, and no job may load the module: nvidia-modprobe -u -c 0 at each boot."))
    for (library, use) in GPULibraries.nvidia {
      let path = libraries.path(of: library)
      rows.append(
        Row(
          library, path ?? "not there (\(use))",
          advice: path == nil ? "Install the package of the driver's version that has it." : nil))
    }
    return rows
  }

  private static func openRows(_ nodes: [GPUGrant.Node], _ tree: KernelTree) -> [Row] {
    nodes.map { node in
      let driver = node.driver.isEmpty ? "driver unknown" : node.driver
      let hardware = node.hardware.isEmpty ? "" : ", \(node.hardware)"
      let fault = tree.openFault(of: node.path)
      return Row(
        node.path, "\(driver)\(hardware), \(fault ?? "opens")",
        advice: fault.map { _ in
          "Jobs of a service that root starts need no group for it; with --same-user, or where the "
            + "driver itself refuses, they cannot open it either."
        })
    }
  }
}
