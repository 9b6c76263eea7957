/// Rights over files as Landlock numbers them (linux/landlock.h), and which kernel knows which.
package enum LandlockRights {
  static let execute: UInt64 = 1 << 0
  static let writeFile: UInt64 = 1 << 1
  static let readFile: UInt64 = 1 << 2
  static let readFolder: UInt64 = 1 << 3
  static let makeCharacterDevice: UInt64 = 1 << 6
  static let makeBlockDevice: UInt64 = 1 << 11
  /// Renames and links from one folder to another, since ABI 2.
  static let refer: UInt64 = 1 << 13
  /// truncate(2), since ABI 3.
  static let truncate: UInt64 = 1 << 14
  /// ioctl(2) on devices, since ABI 5.
  static let controlDevice: UInt64 = 1 << 15

  /// LANDLOCK_ACCESS_NET_BIND_TCP: bind(2) to a TCP port, since ABI 4.
  package static let bind: UInt64 = 1 << 0
  /// LANDLOCK_ACCESS_NET_CONNECT_TCP: connect(2) to a TCP port, since ABI 4.
  package static let connect: UInt64 = 1 << 1
  /// Abstract sockets and signals, since ABI 6.
  static let allScopes: UInt64 = 3

  /// All rights over files that a kernel with this ABI can refuse.
  package static func files(abi: Int) -> UInt64 {
    switch abi {
    case ..<1: 0
    case 1: refer - 1
    case 2: truncate - 1
    case 3, 4: controlDevice - 1
    default: controlDevice << 1 - 1
    }
  }

  /// All rights over TCP ports that a kernel with this ABI can refuse; 0 before ABI 4.
  package static func ports(abi: Int) -> UInt64 { abi >= 4 ? bind | connect : 0 }

  /// All scopes that a kernel with this ABI can restrict; 0 before ABI 6.
  package static func scopes(abi: Int) -> UInt64 { abi >= 6 ? allScopes : 0 }

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
