internal import CLinux

/// A job's working folder: in its cell's memory, on disk beneath its cell's tree, or on disk as the
/// host has it.
final class WorkPlace {
  /// As the job has it: HOME and TMPDIR.
  let path: String
  /// In the instance folder; nil for one in memory.
  let folderName: String?
  /// The folder to enter where the job has no tree of its own.
  let enters: SharedDescriptor?
  /// A detached mount of the folder on disk, for the job's tree.
  let mount: SharedDescriptor?

  private init(
    path: String, folderName: String? = nil, enters: SharedDescriptor? = nil,
    mount: SharedDescriptor? = nil
  ) {
    self.path = path
    self.folderName = folderName
    self.enters = enters
    self.mount = mount
  }

  static func prepare(
    _ order: JobOrder, folders: borrowing WorkFolders
  ) throws(LaunchFault) -> WorkPlace {
    do throws(SystemCallFailure) {
      if order.entry.kind.hasTree, order.entry.policy.scratch.place == .memory {
        return try inMemory(order)
      }
      return try onDisk(order, folders: folders)
    } catch {
      throw LaunchFault(.makeWorkFolder, error)
    }
  }

  private static func inMemory(_ order: JobOrder) throws(SystemCallFailure) -> WorkPlace {
    guard let folder = order.cell?.workFolder else {
      throw SystemCallFailure(call: "fchown", code: 9, object: "the cell has no working folder")
    }
    try checked("fchown", linux_change_owner(folder.number, order.uid, order.gid))
    return WorkPlace(path: SystemTree.workPath)
  }

  private static func onDisk(
    _ order: JobOrder, folders: borrowing WorkFolders
  ) throws(SystemCallFailure) -> WorkPlace {
    let name = "job-\(order.request.number)"
    let folder = try folders.make(name, uid: order.uid, gid: order.gid)
    guard order.entry.kind.hasTree else {
      return WorkPlace(
        path: folders.instancePath + "/" + name, folderName: name,
        enters: SharedDescriptor(folder))
    }
    do throws(SystemCallFailure) {
      let copied = try checked("open_tree", name, linux_copy_tree(folder.number))
      let mount = SharedDescriptor(Descriptor(adopting: copied))
      let kind = order.entry.kind
      let kinds = LINUX_TREE_NO_DEVICES | (kind.forbidsNewCode ? LINUX_TREE_NO_PROGRAMS : 0)
      try checked("mount_setattr", name, linux_restrict_tree(mount.number, UInt32(kinds)))
      if let ruleset = order.cell?.ruleset {
        let mayRun = kind.forbidsNewCode ? 0 : LandlockRights.execute
        let rights =
          LandlockRights.rights(.write, isFolder: true, handled: kind.handledFiles)
          & (mayRun | ~LandlockRights.execute)
        try checked(
          "landlock_add_rule", name,
          linux_landlock_allow(ruleset.number, folder.number, rights))
      }
      return WorkPlace(path: SystemTree.workPath, folderName: name, mount: mount)
    } catch {
      folders.discardEmpty(name)
      throw error
    }
  }
}
