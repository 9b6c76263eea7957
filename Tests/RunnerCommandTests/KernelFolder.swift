import Glibc
import SandboxBase

@testable import RunnerCommand

/// A folder that stands for `/` in tests of what a host shows in /dev, /sys and /proc. It goes with
/// the object.
final class KernelFolder {
  let tree: KernelTree
  private let name: String

  init() {
    name = "http-runner-kernel-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    tree = KernelTree(root: "/tmp/\(name)")
  }

  deinit {
    let folder = unsafe open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try? TreeRemoval.remove(name, from: folder)
    close(folder)
  }

  func write(_ text: String, to path: String) {
    makeParents(of: path)
    guard let file = unsafe fopen(tree.root + path, "we") else { return }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  func link(_ path: String, to target: String) {
    makeParents(of: path)
    unsafe symlink(target, tree.root + path)
  }

  func remove(_ path: String) { unsafe unlink(tree.root + path) }

  private func makeParents(of path: String) {
    let parts = (tree.root + path).split(separator: "/")
    for count in 1..<parts.count {
      unsafe mkdir("/" + parts.prefix(count).joined(separator: "/"), 0o755)
    }
  }

  /// A PCI device with what sysfs has of it, settings of its driver among it.
  func addDevice(_ path: String, driver: String, vendor: String, device: String) {
    let slot = path.split(separator: "/").last ?? ""
    write("DRIVER=\(driver)\nPCI_SLOT_NAME=\(slot)\n", to: "\(path)/uevent")
    for (name, text) in [
      ("vendor", "0x\(vendor)\n"), ("device", "0x\(device)\n"), ("class", "0x030000\n"),
      ("revision", "0x0c\n"), ("subsystem_vendor", "0x17aa\n"), ("subsystem_device", "0x0001\n"),
      ("config", "binary"), ("resource", "0x0\n"), ("power/control", "auto\n"),
      ("driver_override", "(null)\n"),
    ] { write(text, to: "\(path)/\(name)") }
    let up = String(repeating: "../", count: path.split(separator: "/").count - 1)
    link("\(path)/subsystem", to: "\(up)bus/pci")
    link("\(path)/driver", to: "\(up)bus/pci/drivers/\(driver)")
    link("/sys/bus/pci/devices/\(slot)", to: "../../../" + path.dropFirst("/sys/".count))
  }

  /// A node of drm(7) beneath a device.
  func addNode(_ name: String, number: String, of device: String) {
    let path = "\(device)/drm/\(name)"
    write("\(number)\n", to: "\(path)/dev")
    write("MAJOR=226\nDEVNAME=dri/\(name)\n", to: "\(path)/uevent")
    write("on\n", to: "\(path)/power/control")
    link("\(path)/device", to: "../../../\(device.split(separator: "/").last ?? "")")
    let up = String(repeating: "../", count: path.split(separator: "/").count - 1)
    link("\(path)/subsystem", to: "\(up)class/drm")
    let place = path.dropFirst("/sys/".count)
    link("/sys/class/drm/\(name)", to: "../../\(place)")
    link("/sys/dev/char/\(number)", to: "../../\(place)")
    write("", to: "/dev/dri/\(name)")
  }

  /// A GPU of NVIDIA's driver, with the number of its device.
  func addNVIDIA(_ number: Int, slot: String) {
    addDevice("/sys/devices/pci0000:00/\(slot)", driver: "nvidia", vendor: "10de", device: "2330")
    write(
      "Model: \t\t NVIDIA\nDevice Minor: \t \(number)\n",
      to: "/proc/driver/nvidia/gpus/\(slot)/information")
    write("NVRM version: NVIDIA 550.1\n", to: "/proc/driver/nvidia/version")
    write("8000000\n", to: "/sys/devices/system/memory/block_size_bytes")
    for name in ["nvidia\(number)", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools"] {
      write("", to: "/dev/\(name)")
    }
  }
}
