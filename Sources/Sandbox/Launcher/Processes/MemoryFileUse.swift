internal import CLinux
internal import Glibc
internal import SandboxBase

/// A memory file (memfd_create(2)) that a process holds.
struct MemoryFileUse: Hashable {
  let device: UInt64
  let inode: UInt64
  let bytes: UInt64

  private static let prefix = Array("/memfd:".utf8)

  /// - Returns: nil where the descriptor `name` of `folder` is something else, or gone.
  init?(_ name: FolderListing.Name, in folder: CInt) {
    // SAFETY: a name of a listing ends with a zero; no more is written to the array than the count
    // that goes with it, and one struct to the local variable.
    var target = [UInt8](repeating: 0, count: 64)
    var found = linux_inode_memory()
    let answer = unsafe name.withUnsafeBufferPointer { name in
      let length = unsafe target.withUnsafeMutableBufferPointer { target in
        unsafe linux_readlink_in(
          folder, name.baseAddress!, target.baseAddress!, UInt32(target.count))
      }
      guard length > 0, target.starts(with: Self.prefix) else { return -ENOENT }
      return unsafe linux_stat_memory(folder, name.baseAddress!, &found)
    }
    guard answer >= 0 else { return nil }
    device = found.device
    inode = found.inode
    bytes = found.bytes
  }
}
