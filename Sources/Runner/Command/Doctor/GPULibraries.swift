/// Libraries of graphics drivers, where Debian's packages and NVIDIA's installer put them.
struct GPULibraries {
  /// Libraries of NVIDIA's driver that jobs load, and what for.
  static let nvidia = [
    ("libcuda.so.1", "CUDA, and all of the others"),
    ("libnvidia-encode.so.1", "NVENC: h264_nvenc, hevc_nvenc"),
    ("libnvcuvid.so.1", "NVDEC: -hwaccel cuda"),
  ]

  /// Drivers of libva by the kernel's driver (docs of libva: `LIBVA_DRIVER_NAME`).
  private static let drivers: [(kernel: [String], libraries: [String], package: String)] = [
    (["i915", "xe"], ["iHD", "i965"], "intel-media-va-driver"),
    (["amdgpu", "radeon"], ["radeonsi", "r600"], "mesa-va-drivers"),
    (["nouveau"], ["nouveau"], "mesa-va-drivers"),
    (["virtio_gpu", "virtio-pci"], ["virtio_gpu"], "mesa-va-drivers"),
    (["nvidia", "nvidia-drm"], ["nvidia"], "nvidia-vaapi-driver"),
  ]

  private static let folders = [
    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu/nvidia/current", "/usr/lib/aarch64-linux-gnu/nvidia/current",
    "/usr/lib64", "/usr/lib",
  ]

  private let tree: KernelTree

  /// - Parameter tree: the host's files.
  init(_ tree: KernelTree) {
    self.tree = tree
  }

  /// Path of a library that jobs see; nil where there is none.
  func path(of name: String) -> String? {
    Self.folders.map { "\($0)/\(name)" }.first(where: tree.has)
  }

  /// The driver of libva for a driver of the kernel.
  ///
  /// - Returns: its path, nil where there is none; the names that would do, and what to install.
  func driver(of kernel: String) -> (found: String?, wanted: [String], advice: String) {
    guard let row = Self.drivers.first(where: { $0.kernel.contains(kernel) }) else {
      return (
        nil, ["those that are known"],
        "No VA-API driver is known for this driver of the kernel: it may have no video hardware, "
          + "or be used by Vulkan and OpenCL alone."
      )
    }
    let names = row.libraries.map { "\($0)_drv_video.so" }
    let found = names.compactMap { path(of: "dri/\($0)") }.first
    return (found, names, "Install it: apt install \(row.package).")
  }
}
