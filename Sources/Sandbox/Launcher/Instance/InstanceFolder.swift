internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The private folders of running jobs, in a folder of this launcher alone.
///
///     ROOT/INSTANCE/job-7     the working folder of job 7, mode 0700, the job's own
///     ROOT/INSTANCE/trash/    folders of ended jobs; the janitor removes those that are not empty.
///                             Only root may enter
///
/// The instance is locked (flock(2)) by launcher and janitor while they live: a later start removes
/// instances that no process has locked.
struct InstanceFolder: ~Copyable {
  /// Absolute, without links.
  let instancePath: String
  private let root: Descriptor
  private let instance: Descriptor
  private let trash: Descriptor

  static let trashName = "trash"

  /// Makes the instance folder and locks it.
  ///
  /// - Parameter parent: what `makeRoot` returned.
  init(parent: String, instanceName: String) throws(SystemCallFailure) {
    let root = try File.open(parent, LINUX_OPEN_FOLDER)
    // A folder without its lock looks stale: the lock on the root excludes other starts until both
    // exist.
    let lock = try Self.lockRoot(root.fd)
    try File.makeFolder(instanceName, mode: 0o711, in: root.fd)
    let instance = try File.open(instanceName, LINUX_OPEN_FOLDER, in: root.fd)
    try checked("fchmod", instanceName, linux_fchmod(instance.fd, 0o711))
    try checked("flock", instanceName, flock(instance.fd, LOCK_SH) == 0 ? 0 : -errno)
    try File.makeFolder(Self.trashName, mode: 0o700, in: instance.fd)
    let trash = try File.open(Self.trashName, LINUX_OPEN_FOLDER, in: instance.fd)
    self.instancePath = parent + "/" + instanceName
    self.root = root
    self.instance = instance
    self.trash = trash
    withExtendedLifetime(lock) {}
  }

  /// Makes the working folder `name` and gives it to the job.
  ///
  /// - Returns: the folder, open.
  func make(
    _ name: String, uid: UInt32, gid: UInt32
  ) throws(SystemCallFailure) -> Descriptor {
    try File.makeFolder(name, mode: 0o700, in: instance.fd)
    do throws(SystemCallFailure) {
      let folder = try File.open(name, LINUX_OPEN_FOLDER, in: instance.fd)
      try checked("fchown", name, linux_fchown(folder.fd, uid, gid))
      return folder
    } catch {
      File.removeFolderIfEmpty(name, in: instance.fd)
      throw error
    }
  }

  /// Moves a folder here, from `name` in another on the same mount.
  func moveIn(_ name: String, from folder: CInt, as newName: String) throws(SystemCallFailure) {
    try File.move(name, from: folder, to: instance.fd, as: newName)
  }

  /// Moves a folder away, to `newName` in another on the same mount.
  func moveOut(_ name: String, to folder: CInt, as newName: String) throws(SystemCallFailure) {
    try File.move(name, from: instance.fd, to: folder, as: newName)
  }

  /// Removes the folder of a launch that failed; it is empty.
  func discardEmpty(_ name: String) {
    File.removeFolderIfEmpty(name, in: instance.fd)
  }

  /// Moves the folder of an ended job into the trash: a rename, which costs a tenth of rmdir on
  /// ext4.
  func moveToTrash(_ name: String) throws(SystemCallFailure) {
    do throws(SystemCallFailure) {
      try File.move(name, from: instance.fd, to: trash.fd, as: name)
    } catch {
      try File.removeFolder(name, in: instance.fd)
    }
  }

  /// Removes a folder in the trash, if it is empty.
  ///
  /// - Returns: false when the janitor has to remove it.
  func removeFromTrash(_ name: String) -> Bool {
    do throws(SystemCallFailure) {
      try File.removeFolder(name, in: trash.fd)
      return true
    } catch {
      return error.code == ENOENT
    }
  }

  /// A lock on the root, for as long as the descriptor is open: of its own, because a lock belongs
  /// to an open file.
  private static func lockRoot(_ root: CInt) throws(SystemCallFailure) -> Descriptor {
    let lock = try File.open(".", LINUX_OPEN_FOLDER, in: root)
    try checked("flock", flock(lock.fd, LOCK_EX) == 0 ? 0 : -errno)
    return lock
  }

  /// Instances under the root beside this one.
  struct OtherInstances {
    /// Names of those that no launcher or janitor holds.
    var stale: [String] = []
    /// Whether any is held.
    var hasLiving = false
  }

  func otherInstances() throws(SystemCallFailure) -> OtherInstances {
    let lock = try Self.lockRoot(root.fd)
    defer { withExtendedLifetime(lock) {} }
    let reading = try File.open(".", LINUX_OPEN_FOLDER, in: root.fd)
    var listing = FolderListing()
    var others = OtherInstances()
    while case let names = try listing.next(of: reading.fd), !names.isEmpty {
      for name in names {
        let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard text.hasPrefix(InstanceName.prefix), !instancePath.hasSuffix("/" + text) else {
          continue
        }
        switch Self.isStale(text, in: root.fd) {
        case true?: others.stale.append(text)
        case false?: others.hasLiving = true
        case nil: break
        }
      }
    }
    return others
  }

  /// Nil where it went while we looked.
  private static func isStale(_ name: String, in root: CInt) -> Bool? {
    do throws(SystemCallFailure) {
      let folder = try File.open(name, LINUX_OPEN_FOLDER, in: root)
      return flock(folder.fd, LOCK_EX | LOCK_NB) == 0
    } catch {
      return nil
    }
  }

  /// Removes an instance and all that is left in it.
  func removeInstance(_ name: String) throws(SystemCallFailure) {
    try TreeRemoval.remove(name, from: root.fd)
  }

  /// Makes the root of all instances if it is missing.
  ///
  /// - Parameters:
  ///   - path: it and all above it belong to root or `owner` alone.
  ///   - owner: who this process runs as.
  /// - Returns: its path without links.
  static func makeRoot(
    _ path: String, _ owner: UInt32
  ) throws(TrustedPath.Refusal) -> String {
    let remote: RemoteMountTable
    do throws(SystemCallFailure) {
      remote = try RemoteMountTable.current()
    } catch {
      throw .kernel(error)
    }
    do throws(TrustedPath.Refusal) {
      return try TrustedPath.resolve(path, trusting: owner, avoiding: remote).path
    } catch {
      guard case .kernel(let failure) = error, failure.code == ENOENT,
        let slash = path.lastIndex(of: "/"), slash > path.startIndex
      else { throw error }
      let above = String(path[..<slash])
      let parent = try TrustedPath.resolve(above, trusting: owner, avoiding: remote).path
      let made = parent + "/" + path[path.index(after: slash)...]
      do throws(SystemCallFailure) {
        try File.makeFolder(made, mode: 0o711)
        let folder = try File.open(made, LINUX_OPEN_FOLDER)
        // Again, without the umask: jobs must be able to reach their own folders by name.
        try checked("fchmod", made, linux_fchmod(folder.fd, 0o711))
      } catch {
        // Another start may have made it; whatever it is now is looked at below.
        guard error.code == EEXIST else { throw .kernel(error) }
      }
      return try TrustedPath.resolve(made, trusting: owner, avoiding: remote).path
    }
  }
}
