internal import CLinux
internal import Glibc
internal import SystemBase

/// Removes a folder that a job filled, however it filled it.
///
/// No name is ever followed: each is removed from, or moved within, a folder that is held open.
/// Folders inside folders are moved up to the top before they are emptied, so that neither depth
/// nor the number of names costs descriptors or stack; each folder moves at most once.
///
/// SAFETY: a name of a listing ends with NUL, and each call only reads it.
package enum TreeRemoval {
  /// Removes `name` from `parent` with all that it holds. A name that is gone already is no fault.
  ///
  /// - Throws: `SystemCallFailure` when something cannot be removed; it stays, and a second call
  ///   goes on.
  package static func remove(_ name: String, from parent: CInt) throws(SystemCallFailure) {
    guard let top = try File.folderIfThere(name, in: parent) else { return }
    try empty(top.fd)
    try File.removeFolder(name, in: parent)
  }

  /// Removes everything in the open folder `top`.
  ///
  /// - Throws: `SystemCallFailure` as `remove`.
  package static func empty(_ top: CInt) throws(SystemCallFailure) {
    var moved: UInt64 = 0
    var isEmpty = false
    while !isEmpty {
      isEmpty = true
      // Read again from the start: removal and moves make positions meaningless.
      let reading = try File.open(".", LINUX_OPEN_FOLDER, in: top)
      var listing = FolderListing()
      while case let names = try listing.next(of: reading.fd), !names.isEmpty {
        isEmpty = false
        for entry in names { try removeEntry(entry, from: top, top: top, moved: &moved) }
      }
    }
  }

  private static func removeEntry(
    _ entry: FolderListing.Name, from folder: CInt, top: CInt, moved: inout UInt64
  ) throws(SystemCallFailure) {
    let asFile = unsafe entry.withUnsafeBufferPointer { name in
      unsafe linux_unlinkat(folder, name.baseAddress!)
    }
    if asFile == 0 || asFile == -ENOENT { return }
    guard asFile == -EISDIR || asFile == -EPERM else {
      throw SystemCallFailure(call: "unlinkat", code: -asFile, object: "")
    }
    let asFolder = unsafe entry.withUnsafeBufferPointer { name in
      unsafe linux_rmdirat(folder, name.baseAddress!)
    }
    if asFolder == 0 || asFolder == -ENOENT { return }
    guard asFolder == -ENOTEMPTY || asFolder == -EEXIST else {
      throw SystemCallFailure(call: "rmdir", code: -asFolder, object: "")
    }
    if folder == top {
      try emptyOneLevel(entry, top: top, moved: &moved)
    } else {
      try moveUp(entry, from: folder, top: top, moved: &moved)
    }
  }

  /// Empties a folder of the top level: files go, folders that hold anything move up.
  private static func emptyOneLevel(
    _ entry: FolderListing.Name, top: CInt, moved: inout UInt64
  ) throws(SystemCallFailure) {
    let opened = unsafe entry.withUnsafeBufferPointer { name in
      unsafe linux_openat(top, name.baseAddress!, LINUX_OPEN_FOLDER)
    }
    let folder = Descriptor(adopting: try checked("openat", opened))
    var listing = FolderListing()
    while case let names = try listing.next(of: folder.fd), !names.isEmpty {
      for inner in names { try removeEntry(inner, from: folder.fd, top: top, moved: &moved) }
    }
    // What was moved up while it was read may have hidden a name: the next round takes it.
    let answer = unsafe entry.withUnsafeBufferPointer { name in
      unsafe linux_rmdirat(top, name.baseAddress!)
    }
    guard answer == 0 || answer == -ENOTEMPTY || answer == -ENOENT else {
      throw SystemCallFailure(call: "rmdir", code: -answer, object: "")
    }
  }

  private static func moveUp(
    _ entry: FolderListing.Name, from folder: CInt, top: CInt, moved: inout UInt64
  ) throws(SystemCallFailure) {
    while true {
      moved += 1
      let answer = unsafe entry.withUnsafeBufferPointer { name in
        unsafe "\(moved)".withCString { new in
          unsafe linux_renameat2(folder, name.baseAddress!, top, new)
        }
      }
      if answer == 0 || answer == -ENOENT { return }
      // The job may have used this very name: take the next.
      guard answer == -EEXIST else {
        throw SystemCallFailure(call: "renameat2", code: -answer, object: "")
      }
    }
  }
}
