import RunnerConfiguration
import SandboxBase
import Testing

@testable import RunnerCommand

/// What `gpu` of an entry brings, on hosts that are made of files.
struct GPUHostTests {
  private static let intel = "/sys/devices/pci0000:00/0000:00:02.0"

  private func laptop() -> KernelFolder {
    let folder = KernelFolder()
    folder.addDevice(Self.intel, driver: "i915", vendor: "8086", device: "46a6")
    folder.addNode("card0", number: "226:0", of: Self.intel)
    folder.addNode("renderD128", number: "226:128", of: Self.intel)
    return folder
  }

  private func grant(
    of kind: GPUKind, on folder: KernelFolder, naming named: [String] = []
  ) -> GPUGrant {
    GPUHost(folder.tree).grant(of: kind, naming: named)
  }

  private func has(_ grant: GPUGrant, link path: String, to target: String) -> Bool {
    grant.files.contains(KernelFile(path: path, content: .link(target)))
  }

  // Proves P-610.
  @Test func `a render node comes with what says which device it is, and nothing else`() {
    let folder = laptop()
    let grant = grant(of: .vaapi, on: folder)
    #expect(grant.devices == ["/dev/dri/renderD128"])
    #expect(
      grant.nodes == [
        GPUGrant.Node(path: "/dev/dri/renderD128", driver: "i915", hardware: "8086:46a6")
      ])
    let node = "\(Self.intel)/drm/renderD128"
    let files = [
      "class", "device", "driver", "revision", "subsystem", "subsystem_device", "subsystem_vendor",
      "uevent", "vendor",
    ].map { "\(Self.intel)/\($0)" }
    let ofNode = ["dev", "device", "subsystem", "uevent"].map { "\(node)/\($0)" }
    let links = [
      "/sys/bus/pci/devices/0000:00:02.0", "/sys/class/drm/renderD128", "/sys/dev/char/226:128",
    ]
    #expect(grant.files.map(\.path).sorted() == (files + ofNode + links).sorted())
    let place = "../../devices/pci0000:00/0000:00:02.0"
    #expect(has(grant, link: "/sys/dev/char/226:128", to: "\(place)/drm/renderD128"))
    #expect(has(grant, link: "/sys/bus/pci/devices/0000:00:02.0", to: "../\(place)"))
    #expect(has(grant, link: "\(node)/device", to: "../../../0000:00:02.0"))
    #expect(KernelFile.areConfined(grant.files))
  }

  @Test func `where devices names render nodes, those are meant`() {
    let folder = laptop()
    let other = "/sys/devices/pci0000:00/0000:01:00.0"
    folder.addDevice(other, driver: "amdgpu", vendor: "1002", device: "73bf")
    folder.addNode("renderD129", number: "226:129", of: other)
    let named = "/dev/dri/renderD129"
    #expect(grant(of: .vaapi, on: folder).devices == ["/dev/dri/renderD128", named])
    let narrow = grant(of: .vaapi, on: folder, naming: [named, "/dev/snd/timer"])
    #expect(narrow.devices == [named])
    #expect(!narrow.files.contains { $0.path.contains("0000:00:02.0") })
    var policy = EntryPolicy(path: "/bin/true")
    policy.devices = [named]
    #expect(narrow.added(to: policy).devices == [named])
  }

  @Test func `a virtual machine's node comes with the PCI device above it`() {
    let folder = KernelFolder()
    let parent = "/sys/devices/pci0000:00/0000:00:03.0"
    folder.addDevice(parent, driver: "virtio-pci", vendor: "1af4", device: "1050")
    folder.write("DRIVER=virtio_gpu\n", to: "\(parent)/virtio0/uevent")
    folder.link("\(parent)/virtio0/subsystem", to: "../../../../bus/virtio")
    folder.addNode("renderD128", number: "226:128", of: "\(parent)/virtio0")
    let grant = grant(of: .vaapi, on: folder)
    #expect(grant.nodes.first?.driver == "virtio_gpu")
    #expect(grant.nodes.first?.hardware == "1af4:1050")
    #expect(grant.files.contains { $0.path == "\(parent)/vendor" })
  }

  // Proves P-612.
  @Test func `a node that /dev does not show is none, and the entry is refused`() throws {
    let folder = laptop()
    folder.remove("/dev/dri/renderD128")
    let grant = grant(of: .vaapi, on: folder)
    #expect(grant.nodes.isEmpty && grant.devices.isEmpty && grant.files.isEmpty)
    let entry = try entry("{path: '/bin/true', gpu: 'vaapi'}")
    #expect(GPUHost(folder.tree).fault(of: entry)?.contains("render node") == true)
    let nvidia = try self.entry("{path: '/bin/true', gpu: 'nvidia'}")
    #expect(GPUHost(folder.tree).fault(of: nvidia)?.contains("/dev/nvidiactl") == true)
  }

  // Proves P-612.
  @Test func `where all devices that it names are lost, an entry gets no other one`() throws {
    let folder = laptop()
    #expect(grant(of: .vaapi, on: folder, naming: ["/dev/dri/renderD129"]).nodes.isEmpty)
    // Others of the folder, and of the name, are no render nodes.
    for path in ["/dev/dri/card1", "/dev/dri/renderD", "/dev/dri/by-path/renderD129"] {
      #expect(grant(of: .vaapi, on: folder, naming: [path]).nodes.count == 1, "\(path)")
    }
    let entry = try entry(
      "{path: '/bin/true', gpu: 'vaapi', devices: ['/dev/dri/renderD129']}")
    #expect(GPUHost(folder.tree).fault(of: entry)?.contains("/dev/dri/renderD129") == true)
    folder.addNVIDIA(0, slot: "0000:17:00.0")
    #expect(grant(of: .nvidia, on: folder, naming: ["/dev/nvidia1"]).devices.isEmpty)
    #expect(grant(of: .nvidia, on: folder, naming: ["/dev/nvidiactl"]).nodes.count == 1)
  }

  // Twin of P-612.
  @Test func `one that it shows is served, and so is an entry without gpu`() throws {
    let folder = laptop()
    let entry = try entry("{path: '/bin/true', gpu: 'vaapi'}")
    #expect(GPUHost(folder.tree).fault(of: entry) == nil)
    #expect(GPUHost(folder.tree).policy(of: entry).devices == ["/dev/dri/renderD128"])
    let plain = try self.entry("{path: '/bin/true'}")
    #expect(GPUHost(KernelFolder().tree).fault(of: plain) == nil)
    #expect(GPUHost(folder.tree).policy(of: plain) == plain.policy)
  }

  @Test func `links that lead out of /sys/devices, and targets that are absolute, are left out`() {
    let folder = laptop()
    folder.write("root\n", to: "/etc/shadow")
    folder.link("/sys/class/drm/renderD130", to: "../../../etc")
    folder.write("", to: "/dev/dri/renderD130")
    folder.remove("\(Self.intel)/driver")
    folder.link("\(Self.intel)/driver", to: "/etc/shadow")
    folder.remove("\(Self.intel)/vendor")
    folder.link("\(Self.intel)/vendor", to: "../../../../etc/shadow")
    let grant = grant(of: .vaapi, on: folder)
    #expect(grant.devices == ["/dev/dri/renderD128"])
    #expect(!grant.files.contains { $0.path.hasSuffix("/driver") || $0.path.hasSuffix("/vendor") })
  }

  @Test func `NVIDIA's devices come with their PCI devices`() {
    let folder = KernelFolder()
    folder.addNVIDIA(0, slot: "0000:17:00.0")
    folder.addNVIDIA(1, slot: "0000:65:00.0")
    let control = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"]
    let both = grant(of: .nvidia, on: folder)
    #expect(both.devices == ["/dev/nvidia0", "/dev/nvidia1"] + control)
    #expect(both.nodes.allSatisfy { $0.hardware == "10de:2330" })
    #expect(KernelFile.areConfined(both.files))
    let one = grant(of: .nvidia, on: folder, naming: ["/dev/nvidia1"])
    #expect(one.devices == ["/dev/nvidia1"] + control)
    #expect(!one.files.contains { $0.path.contains("0000:17:00.0") })
    #expect(one.files.contains { $0.path == "/sys/devices/system/memory/block_size_bytes" })
    folder.remove("/dev/nvidiactl")
    #expect(grant(of: .nvidia, on: folder).devices.isEmpty)
  }

  // Proves P-611.
  @Test func `of MIG's capabilities jobs get the instances, not its configuration`() {
    let folder = KernelFolder()
    folder.addNVIDIA(0, slot: "0000:17:00.0")
    let capabilities = "/proc/driver/nvidia/capabilities"
    for (path, number) in [
      ("mig/config", 1), ("mig/monitor", 2), ("gpu0/mig/gi1/access", 30),
      ("gpu0/mig/gi1/ci0/access", 31), ("gpu1/mig/gi1/access", 165),
    ] {
      folder.write(
        "DeviceFileMinor: \(number)\nDeviceFileMode: 292\n", to: "\(capabilities)/\(path)")
      folder.write("", to: "/dev/nvidia-caps/nvidia-cap\(number)")
    }
    let caps = grant(of: .nvidia, on: folder).devices.filter { $0.contains("caps") }
    #expect(caps == ["/dev/nvidia-caps/nvidia-cap30", "/dev/nvidia-caps/nvidia-cap31"])
  }

  @Test func `doctor says what is missing, and what to do`() {
    let empty = GPUReport(of: KernelFolder().tree)
    #expect(empty.exitCode == .configurationRefused)
    #expect(empty.text.contains("Load the driver"), "\(empty.text)")
    #expect(empty.text.contains("modprobe nvidia"))
    let folder = laptop()
    let bare = GPUReport(of: folder.tree)
    #expect(bare.exitCode == .configurationRefused)
    #expect(bare.text.contains("apt install intel-media-va-driver"), "\(bare.text)")
    folder.write("", to: "/usr/lib/x86_64-linux-gnu/dri/iHD_drv_video.so")
    let whole = GPUReport(of: folder.tree)
    #expect(whole.exitCode == .ok)
    #expect(whole.text.contains("/dev/dri/renderD128: i915, 8086:46a6, opens"), "\(whole.text)")
    #expect(whole.text.contains("Verdict: an entry can have gpu: \"vaapi\"."))
    let start = #"{"format":1,"exitCode":0,"kinds":[{"kind":"vaapi","isUsable":true"#
    #expect(whole.json.hasPrefix(start), "\(whole.json)")
    folder.remove("/dev/dri/renderD128")
    #expect(GPUReport(of: folder.tree).text.contains("/dev/dri does not show it"))
  }

  @Test func `a device without a driver for video is told as one`() {
    let folder = KernelFolder()
    let path = "/sys/devices/platform/vgem"
    folder.write("MODALIAS=platform:vgem\n", to: "\(path)/uevent")
    folder.link("\(path)/subsystem", to: "../../../bus/platform")
    folder.addNode("renderD128", number: "226:128", of: path)
    let report = GPUReport(of: folder.tree)
    #expect(report.exitCode == .configurationRefused)
    #expect(report.text.contains("/dev/dri/renderD128: driver unknown, opens"), "\(report.text)")
    #expect(report.text.contains("No VA-API driver is known"))
    #expect(report.parts[0].grant.files.contains { $0.path == "\(path)/uevent" })
  }

  @Test func `doctor wants NVIDIA's libraries as well`() {
    let folder = KernelFolder()
    folder.addNVIDIA(0, slot: "0000:17:00.0")
    folder.remove("/dev/nvidia-uvm")
    let text = GPUReport(of: folder.tree).text
    for part in ["NVRM version", "nvidia-modprobe -u", "libcuda.so.1: not there", "NVENC"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    folder.write("", to: "/dev/nvidia-uvm")
    for (library, _) in GPULibraries.nvidia {
      folder.write("", to: "/usr/lib/x86_64-linux-gnu/\(library)")
    }
    #expect(GPUReport(of: folder.tree).exitCode == .ok)
  }

  private func entry(_ text: String) throws -> ConfiguredEntry {
    let configuration = try ConfigurationReader.read(
      Array("{entries: {one: \(text)}}".utf8), commandLine: CommandLineSettings(),
      host: HostInfo(processorCount: 2, memoryBytes: 4 << 30))
    return try #require(configuration.entries.first)
  }
}
