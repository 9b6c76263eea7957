/// Rights over files as Landlock numbers them (linux/landlock.h), and which kernel knows which.
package enum LandlockRights {
  /// execve(2).
  package static let execute: UInt64 = 1 << 0
  /// Opening for writing.
  package static let writeFile: UInt64 = 1 << 1
  /// Opening for reading.
  package static let readFile: UInt64 = 1 << 2
  /// Listing a folder.
  package static let readFolder: UInt64 = 1 << 3
  /// mknod(2) of a character device.
  package static let makeCharacterDevice: UInt64 = 1 << 6
  /// mknod(2) of a block device.
  package static let makeBlockDevice: UInt64 = 1 << 11
  /// Renames and links from one folder to another, since ABI 2.
  package static let refer: UInt64 = 1 << 13
  /// Making and removing files and folders, and moving them (since ABI 2).
  package static let changeFolder: UInt64 = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | refer
  /// truncate(2), since ABI 3.
  package static let truncate: UInt64 = 1 << 14
  /// ioctl(2) on devices, since ABI 5.
  package static let controlDevice: UInt64 = 1 << 15

  /// LANDLOCK_ACCESS_NET_BIND_TCP: bind(2) to a TCP port, since ABI 4.
  package static let bind: UInt64 = 1 << 0
  /// LANDLOCK_ACCESS_NET_CONNECT_TCP: connect(2) to a TCP port, since ABI 4.
  package static let connect: UInt64 = 1 << 1
  /// Abstract sockets and signals, since ABI 6.
  package static let allScopes: UInt64 = 3
  /// LANDLOCK_SCOPE_SIGNAL: signals to processes outside, since ABI 6.
  package static let scopeSignals: UInt64 = 1 << 1

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
}
