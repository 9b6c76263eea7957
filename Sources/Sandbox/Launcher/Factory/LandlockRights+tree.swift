internal import SandboxBase

extension LandlockRights {
  /// What `access` means for a folder, or for a single file: the kernel refuses a rule for a file
  /// that speaks of folders.
  static func rights(_ access: TreeAccess, isFolder: Bool, handled: UInt64) -> UInt64 {
    let onFiles = execute | writeFile | readFile | truncate | controlDevice
    let wanted: UInt64 =
      switch access {
      case .read, .program: execute | readFile | readFolder
      case .data: readFile | readFolder
      case .device: readFile | writeFile | controlDevice
      case .write: ~(makeCharacterDevice | makeBlockDevice | controlDevice)
      }
    return wanted & handled & (isFolder ? .max : onFiles)
  }

  /// The same where what a job wrote may not be run.
  static func rights(
    _ access: TreeAccess, isFolder: Bool, handled: UInt64, forbidsNewCode: Bool
  ) -> UInt64 {
    let all = rights(access, isFolder: isFolder, handled: handled)
    return access == .write && forbidsNewCode ? all & ~execute : all
  }
}
