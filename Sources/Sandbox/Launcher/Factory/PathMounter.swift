internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The process that touches the host paths of one spec, so that a file system that does not answer
/// stops nothing else: neither the factory nor the launcher ever looks at such a path. It is a copy
/// of the factory and mounts into one sandbox at a time. The launcher kills it when it is late.
struct PathMounter: ~Copyable {
  private let spec: SandboxSpec
  private let paths: [HostPath]
  private let launcher: Channel
  /// The mount namespace of the host, which is joined again after each sandbox.
  private let home: Descriptor
  private var mounts: MountReader

  /// The errno for a path on the root file system where policy requires a mount.
  static let notMounted = ENOMEDIUM

  /// A mounter that runs: a pidfd of it, and the launcher's end of its channel.
  struct Descriptors: ~Copyable {
    let process: Descriptor
    let channel: Channel
  }

  /// Starts one as a copy of the factory.
  static func start(_ spec: SandboxSpec) throws(SystemCallFailure) -> Descriptors {
    let pair = try Channel.pair()
    try AddressSpace.includeInCopies()
    let copied = launch_copy(pair.theirs.fd)
    if copied == 0 { serve(spec) }
    try AddressSpace.excludeFromCopies()
    let pid = try checked("clone3", copied)
    let process = Descriptor(adopting: try checked("pidfd_open", linux_pidfd_open(pid)))
    return Descriptors(process: process, channel: pair.keepOurs())
  }

  /// The life of the child. Its copies of the factory's descriptors are closed already.
  private static func serve(_ spec: SandboxSpec) -> Never {
    do {
      try PrivilegeDrop.keepOnly([.overrideAccess, .changeRoot, .trace, .administer])
      let channel = Channel(adopting: Descriptor(adopting: HelperProgram.channelFD))
      var mounter = try PathMounter(spec, channel)
      try mounter.run()
      _exit(0)
    } catch {
      OperatorLog.error(
        "mounter.ended", "the process that mounts \(spec.hostPaths.map(\.path)) ended: \(error)",
        ["error": "\(error)"])
      _exit(EX_SOFTWARE)
    }
  }

  private init(_ spec: SandboxSpec, _ launcher: consuming Channel) throws(SystemCallFailure) {
    let home = try File.openNamespace("mnt")
    let mounts = try MountReader()
    self.spec = spec
    self.paths = spec.hostPaths
    self.home = home
    self.mounts = mounts
    self.launcher = launcher
  }

  private mutating func run() throws {
    var buffer = [UInt8](repeating: 0, count: PathMounterReply.bytesMax)
    while let message = try launcher.receive(using: &buffer, waits: true) {
      let request = try PathMounterRequest(message.bytes)
      var descriptors: [SharedDescriptor] = []
      while let descriptor = message.descriptors.removeFirst() {
        descriptors.append(SharedDescriptor(descriptor))
      }
      try launcher.send(handle(request, descriptors).bytes)
    }
  }

  private mutating func handle(
    _ request: PathMounterRequest, _ descriptors: [SharedDescriptor]
  ) throws(SystemCallFailure) -> PathMounterReply {
    for index in paths.indices {
      if index > 0 { try launcher.send(PathMounterReply.reached(index: UInt32(index)).bytes) }
      if let end = handlePath(index, request, descriptors) { return end }
    }
    return .done
  }

  /// - Returns: nil where it is done, or could be.
  private mutating func handlePath(
    _ index: Int, _ request: PathMounterRequest, _ descriptors: [SharedDescriptor]
  ) -> PathMounterReply? {
    do throws(SystemCallFailure) {
      let part = try copy(paths[index])
      guard request == .mount, let sandbox = descriptors.first else { return nil }
      if descriptors.count > 1 { try addRule(for: part, paths[index], to: descriptors[1].fd) }
      let joined = linux_setns_mnt(sandbox.fd)
      guard joined == 0 else { return .noSandbox(code: -joined) }
      defer { goHome() }
      try Self.attach(part, at: paths[index].path, within: paths[..<index])
      return nil
    } catch {
      return .failed(index: UInt32(index), code: error.code)
    }
  }

  /// From a sandbox's mount namespace; without the host's there is nothing that could be done.
  private func goHome() {
    let answer = linux_setns_mnt(home.fd)
    guard answer != 0 else { return }
    let error = ErrorCode.name(-answer)
    OperatorLog.error(
      "mounter.ended", "the host's mounts cannot be joined again: \(error)", ["error": error])
    _exit(EX_SOFTWARE)
  }

  /// A detached copy of what the host has at a path.
  private struct Part: ~Copyable {
    let tree: Descriptor
    let isFolder: Bool
  }

  private mutating func copy(_ path: HostPath) throws(SystemCallFailure) -> Part {
    let handle = try Self.open(path.source)
    let status = try File.status(handle.fd)
    if spec.requiresMounts, try Self.mountID(handle.fd) == Self.rootMountID() {
      throw SystemCallFailure(call: "statx", code: Self.notMounted, object: path.path)
    }
    let copied = try checked("open_tree", path.path, linux_open_tree(handle.fd))
    let tree = Descriptor(adopting: copied)
    var attributes = LINUX_MOUNT_NODEV
    if path.access == .read { attributes |= LINUX_MOUNT_RDONLY }
    // What can be written may not be run where no new code is to come in.
    if path.access == .write, spec.forbidsNewCode { attributes |= LINUX_MOUNT_NOEXEC }
    // What the automounter mounts for the job must come to the job. Without Landlock nothing would
    // hold its rights there.
    if spec.handledFiles != 0, try mounts.table().hasAutomount(at: path.source) {
      attributes |= LINUX_MOUNT_SLAVE
    }
    try checked(
      "mount_setattr", path.path, linux_mount_setattr_recursive(tree.fd, UInt32(attributes)))
    return Part(tree: tree, isFolder: status.kind == .folder)
  }

  /// A folder is opened for reading, which has it mounted where that is an automounter's work;
  /// where that is refused, or for a file, a handle does.
  private static func open(_ path: String) throws(SystemCallFailure) -> Descriptor {
    // SAFETY: the text ends with a zero and is there for the call.
    let folder = unsafe path.withCString { unsafe linux_openat2_folder($0) }
    if folder == -ENOTDIR || folder == -EACCES { return try File.openExact(path) }
    return Descriptor(adopting: try checked("openat2", path, folder))
  }

  private static func mountID(_ fd: CInt) throws(SystemCallFailure) -> UInt64 {
    // SAFETY: the number that is written is a local variable.
    var id: UInt64 = 0
    let answer = unsafe linux_mount_id(fd, &id)
    try checked("statx", answer)
    return id
  }

  private static func rootMountID() throws(SystemCallFailure) -> UInt64 {
    let root = try File.open("/", LINUX_OPEN_PATH)
    return try mountID(root.fd)
  }

  private func addRule(
    for part: borrowing Part, _ path: HostPath, to ruleset: CInt
  ) throws(SystemCallFailure) {
    let rights = LandlockRights.rights(
      path.access, isFolder: part.isFolder, handled: spec.handledFiles,
      forbidsNewCode: spec.forbidsNewCode)
    guard rights != 0 else { return }
    try checked(
      "landlock_add_rule", path.path, linux_landlock_add_rule(ruleset, part.tree.fd, rights))
  }

  /// In the sandbox's namespace. The mount point is made by the first sandbox of a spec, and shared
  /// by all; within another of the paths it is there, as on the host.
  private static func attach(
    _ part: borrowing Part, at path: String, within parents: ArraySlice<HostPath>
  ) throws(SystemCallFailure) {
    // SAFETY: both texts end with a zero and are there for the call.
    let answer = unsafe path.withCString {
      unsafe linux_move_mount(part.tree.fd, CInt(LINUX_AT_CWD), $0)
    }
    guard answer == -ENOENT, !parents.contains(where: { path.hasPrefix($0.path + "/") }) else {
      try checked("move_mount", path, answer)
      return
    }
    let root = try File.open("/", LINUX_OPEN_PATH)
    let name = String(path.dropFirst())
    try checked("mount_setattr", "/", linux_mount_set_rdonly(root.fd, 0))
    try TreeBuilder.makeMountPoint(name, isFolder: part.isFolder, in: root.fd)
    try checked("mount_setattr", "/", linux_mount_set_rdonly(root.fd, 1))
    let second = unsafe name.withCString { unsafe linux_move_mount(part.tree.fd, root.fd, $0) }
    try checked("move_mount", path, second)
  }
}
