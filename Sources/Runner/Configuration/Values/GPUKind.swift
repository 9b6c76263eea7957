/// Graphics hardware that jobs of an entry may use, by the interface of its driver.
package enum GPUKind: String, CaseIterable, Hashable, Sendable {
  /// Render nodes of the kernel's own drivers (drm(7)), as VA-API, Quick Sync Video, Vulkan and
  /// OpenCL use them.
  case vaapi
  /// Devices of NVIDIA's driver, as CUDA, NVENC and NVDEC use them.
  case nvidia
}
