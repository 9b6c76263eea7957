internal import CLinux
internal import SandboxBase
internal import SystemBase

/// The working folder of one job: in the tmpfs of its sandbox, on disk and mounted into its tree,
/// or on disk under its host path.
final class WorkFolder {
  /// The path that the job sees; also HOME and TMPDIR.
  let path: String
  /// In the instance folder; nil for one in memory.
  let folderName: String?
  /// The folder to enter where the job has no tree of its own.
  let enters: SharedDescriptor?
  /// A detached mount of the folder on disk, for the job's tree.
  let mount: SharedDescriptor?
  /// The files that go with the job; nil for none.
  let files: JobFiles?

  private init(
    path: String, folderName: String? = nil, enters: SharedDescriptor? = nil,
    mount: SharedDescriptor? = nil, files: JobFiles? = nil
  ) {
    self.path = path
    self.folderName = folderName
    self.enters = enters
    self.mount = mount
    self.files = files
  }

  static func prepare(
    _ prepared: PreparedLaunch, instanceFolder: borrowing InstanceFolder, service: UInt32
  ) throws(LaunchStepFailure) -> WorkFolder {
    do throws(SystemCallFailure) {
      if prepared.entry.spec.hasAccountFiles, let root = prepared.sandbox?.scratchRoot {
        try AccountFiles.write(uid: prepared.uid, gid: prepared.gid, in: root.fd)
      }
      if let folder = prepared.stdio.folder {
        let files = try JobFiles(
          folder, service: service, uid: prepared.uid, gid: prepared.gid)
        return try onDisk(prepared, instanceFolder: instanceFolder, files: files)
      }
      if prepared.entry.spec.hasTree, prepared.entry.policy.scratch.storage == .memory {
        return try inMemory(prepared)
      }
      return try onDisk(prepared, instanceFolder: instanceFolder)
    } catch {
      throw LaunchStepFailure(.makeWorkFolder, error)
    }
  }

  private static func inMemory(_ prepared: PreparedLaunch) throws(SystemCallFailure) -> WorkFolder {
    guard let root = prepared.sandbox?.scratchRoot else {
      throw SystemCallFailure(call: "fchown", code: 9, object: "the sandbox has no working folder")
    }
    let folder = try File.open("work", LINUX_OPEN_FOLDER, in: root.fd)
    try checked("fchown", linux_fchown(folder.fd, prepared.uid, prepared.gid))
    return WorkFolder(path: SystemTree.workPath)
  }

  private static func onDisk(
    _ prepared: PreparedLaunch, instanceFolder: borrowing InstanceFolder, files: JobFiles? = nil
  ) throws(SystemCallFailure) -> WorkFolder {
    let name = "job-\(prepared.request.launchID)"
    let folder: Descriptor
    if let files {
      folder = try files.bringIn(as: name, to: instanceFolder)
    } else {
      folder = try instanceFolder.make(name, uid: prepared.uid, gid: prepared.gid)
    }
    guard prepared.entry.spec.hasTree else {
      return WorkFolder(
        path: instanceFolder.instancePath + "/" + name, folderName: name,
        enters: SharedDescriptor(folder), files: files)
    }
    do throws(SystemCallFailure) {
      let copied = try checked("open_tree", name, linux_open_tree(folder.fd))
      let mount = SharedDescriptor(Descriptor(adopting: copied))
      let spec = prepared.entry.spec
      let attributes = LINUX_MOUNT_NODEV | (spec.forbidsNewCode ? LINUX_MOUNT_NOEXEC : 0)
      try checked(
        "mount_setattr", name, linux_mount_setattr_recursive(mount.fd, UInt32(attributes)))
      if let ruleset = prepared.sandbox?.ruleset {
        let mayRun = spec.forbidsNewCode ? 0 : LandlockRights.execute
        let rights =
          LandlockRights.rights(.write, isFolder: true, handled: spec.handledFiles)
          & (mayRun | ~LandlockRights.execute)
        try checked(
          "landlock_add_rule", name,
          linux_landlock_add_rule(ruleset.fd, folder.fd, rights))
      }
      return WorkFolder(
        path: SystemTree.workPath, folderName: name, mount: mount, files: files)
    } catch {
      files?.restore(name, to: instanceFolder)
      instanceFolder.discardEmpty(name)
      throw error
    }
  }
}
