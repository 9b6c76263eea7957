internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Builds the tree that jobs see and makes it the root. Runs in a mount namespace that was just
/// made, and that is thrown away if anything fails.
///
/// SAFETY: each call reads paths as C strings, which `withCString` keeps in place for the call.
struct TreeBuilder {
  private(set) var rules: [RootTemplate.Rule] = []
  private(set) var sources: [RootTemplate.Source] = []
  private var links: [TreeItem] = []
  private var copies: [(path: String, bytes: [UInt8])] = []
  private let handled: UInt64
  private let forbidsNewCode: Bool

  /// The linker's cache is among what is copied.
  private static let copyBytesMax: UInt64 = 256 << 10

  /// A builder for one tree.
  ///
  /// - Parameters:
  ///   - handled: the rights over files that Landlock will handle.
  ///   - forbidsNewCode: whether a job may neither execute what it can write nor write its own
  ///     memory through /proc.
  init(handled: UInt64, forbidsNewCode: Bool) {
    self.forbidsNewCode = forbidsNewCode
    self.handled = handled
  }

  /// A part of the host, copied from its place before that is covered.
  private final class Part {
    let tree: Descriptor
    let target: String
    let isFolder: Bool
    let isDevice: Bool

    init(
      _ tree: consuming Descriptor, target: String, isFolder: Bool, isDevice: Bool
    ) {
      self.tree = tree
      self.target = target
      self.isFolder = isFolder
      self.isDevice = isDevice
    }
  }

  mutating func build(
    _ items: [TreeItem], bytes: UInt64, inodes: UInt64, attachPoint: String
  ) throws(SystemCallFailure) {
    let parts = try copyParts(of: items)
    let root = Descriptor(
      adopting: try checked("fsmount", "tmpfs", linux_fsmount_tmpfs(bytes, inodes)))
    try attach(root.fd, to: attachPoint, in: CInt(LINUX_AT_CWD))
    for item in items + links { try make(item, in: root.fd) }
    for copy in copies { try makeFile(copy.path, copy.bytes, in: root.fd) }
    for part in parts where try !makeDevice(part, in: root.fd) {
      let name = String(part.target.dropFirst())
      try Self.makeMountPoint(name, isFolder: part.isFolder, in: root.fd)
      try attach(part.tree.fd, to: name, in: root.fd)
    }
    let attributes = UInt32(LINUX_MOUNT_RDONLY)
    // Only the tree's own mount: what was attached has its own rights.
    try checked("mount_setattr", "/", linux_mount_setattr(root.fd, attributes))
    try checked("pivot_root", "/", linux_pivot_root(root.fd))
    addFixedRules()
  }

  private mutating func copyParts(of items: [TreeItem]) throws(SystemCallFailure) -> [Part] {
    var parts: [Part] = []
    for item in items {
      guard case .host(let target, let source, let access, let isOptional) = item else { continue }
      do throws(SystemCallFailure) {
        if isOptional, try copyText(source, to: target) { continue }
        parts.append(try copy(source, to: target, access))
      } catch {
        guard isOptional else { throw error }
        switch error.code {
        case ENOENT, ENOTDIR: break
        case ELOOP: try copyLink(source, to: target)
        default: throw error
        }
      }
    }
    // Parents before what is within them.
    return parts.sorted { $0.target < $1.target }
  }

  private mutating func copy(
    _ source: String, to target: String, _ access: TreeAccess
  ) throws(SystemCallFailure) -> Part {
    let handle = try File.openExact(source)
    let status = try File.status(handle.fd)
    let copied = try checked("open_tree", source, linux_open_tree(handle.fd))
    let tree = Descriptor(adopting: copied)
    var attributes = 0
    if access != .device { attributes |= LINUX_MOUNT_NODEV }
    if access == .read || access == .data || access == .program { attributes |= LINUX_MOUNT_RDONLY }
    // What can be written may not be run where no new code is to come in.
    let forbidsPrograms = access == .write && forbidsNewCode
    if access == .data || access == .device || forbidsPrograms { attributes |= LINUX_MOUNT_NOEXEC }
    try checked("mount_setattr", source, linux_mount_setattr_recursive(tree.fd, UInt32(attributes)))
    let isFolder = status.kind == .folder
    sources.append(
      RootTemplate.Source(path: source, status, isProgram: access == .program))
    addRule(target, access, isFolder: isFolder)
    return Part(
      tree, target: target, isFolder: isFolder, isDevice: access == .device)
  }

  /// A device is a node of the tree's own, which every id may open: on the host most of those that
  /// policy grants belong to a group, and no job is in any. Where no node can be made, the host's
  /// is shown, with its permissions.
  ///
  /// - Returns: false where the part is to be attached.
  private func makeDevice(_ part: Part, in root: CInt) throws(SystemCallFailure) -> Bool {
    guard part.isDevice, !part.isFolder, part.target != SystemTree.nullPath else { return false }
    let name = String(part.target.dropFirst())
    try Self.makeParents(of: name, in: root)
    let answer = unsafe name.withCString {
      unsafe linux_mknodat(root, $0, part.tree.fd)
    }
    if answer == -EPERM || answer == -ENODEV { return false }
    try checked("mknodat", part.target, answer)
    return true
  }

  /// A small file of the system's settings is copied: each mount is paid for by each sandbox.
  ///
  /// - Returns: false for everything that has to be mounted.
  private mutating func copyText(
    _ source: String, to target: String
  ) throws(SystemCallFailure) -> Bool {
    let handle = try File.openExact(source)
    let status = try File.status(handle.fd)
    guard status.kind == .regular, status.size <= Self.copyBytesMax else { return false }
    let reader = try File.open(source, LINUX_OPEN_READ)
    let bytes = try File.head(reader.fd, bytesMax: Int(Self.copyBytesMax))
    copies.append((path: target, bytes: bytes))
    sources.append(RootTemplate.Source(path: source, status))
    return true
  }

  /// Where the system has a link (/bin, /etc/localtime), so has the tree. What it leads to is in
  /// the tree or it is not.
  private mutating func copyLink(
    _ source: String, to target: String
  ) throws(SystemCallFailure) {
    let link = try File.open(source, LINUX_OPEN_PATH)
    guard try File.status(link.fd).kind == .link else { return }
    links.append(.link(target, to: try File.linkTarget(link.fd)))
  }

  /// What is at the path of `source` now.
  static func identity(of source: RootTemplate.Source) -> RootTemplate.Source? {
    do throws(SystemCallFailure) {
      let handle = try File.openExact(source.path)
      return RootTemplate.Source(
        path: source.path, try File.status(handle.fd), isProgram: source.isProgram)
    } catch {
      return nil  // Gone: it is another one, then.
    }
  }

  private func attach(
    _ tree: CInt, to path: String, in folder: CInt
  ) throws(SystemCallFailure) {
    let answer = unsafe path.withCString { unsafe linux_move_mount(tree, folder, $0) }
    try checked("move_mount", path, answer)
  }

  private func make(_ item: TreeItem, in root: CInt) throws(SystemCallFailure) {
    switch item {
    case .folder(let path):
      try Self.makeMountPoint(String(path.dropFirst()), isFolder: true, in: root)
    case .link(let path, let target):
      let name = String(path.dropFirst())
      try Self.makeParents(of: name, in: root)
      let answer = unsafe name.withCString { name in
        unsafe target.withCString { unsafe linux_symlinkat(root, name, $0) }
      }
      try checked("symlinkat", path, answer)
    case .file(let path, let text):
      try makeFile(path, Array(text.utf8), in: root)
    case .host:
      break
    }
  }

  private func makeFile(
    _ path: String, _ bytes: [UInt8], in root: CInt
  ) throws(SystemCallFailure) {
    let name = String(path.dropFirst())
    try Self.makeParents(of: name, in: root)
    let made = unsafe name.withCString { unsafe linux_openat_create(root, $0, 0o644) }
    let file = Descriptor(adopting: try checked("openat", path, made))
    try File.writeAll(bytes, to: file.fd)
  }

  /// A folder, or an empty file, for something to be attached to; what stands already is right.
  static func makeMountPoint(
    _ name: String, isFolder: Bool, in root: CInt
  ) throws(SystemCallFailure) {
    try makeParents(of: name, in: root)
    let answer = unsafe name.withCString { text in
      isFolder
        ? unsafe linux_mkdirat(root, text, 0o755) : unsafe linux_openat_create(root, text, 0o644)
    }
    if answer == -EEXIST { return }
    try checked(isFolder ? "mkdirat" : "openat", name, answer)
    if !isFolder { _ = Descriptor(adopting: answer) }
  }

  private static func makeParents(of name: String, in root: CInt) throws(SystemCallFailure) {
    let parts = name.fields(separatedBy: "/")
    guard parts.count > 1 else { return }
    for count in 1..<parts.count {
      let parent = parts.prefix(count).joined(separator: "/")
      let answer = unsafe parent.withCString { unsafe linux_mkdirat(root, $0, 0o755) }
      if answer != -EEXIST { try checked("mkdirat", parent, answer) }
    }
  }

  private mutating func addRule(_ path: String, _ access: TreeAccess, isFolder: Bool) {
    let rights = LandlockRights.rights(
      access, isFolder: isFolder, handled: handled, forbidsNewCode: forbidsNewCode)
    if rights != 0 { rules.append(RootTemplate.Rule(path: path, access: rights)) }
  }

  /// What is in every tree: it can be listed, /proc can be read and written as the kernel allows,
  /// and scratch is the job's.
  private mutating func addFixedRules() {
    let list = LandlockRights.readFolder & handled
    if list != 0 { rules.append(RootTemplate.Rule(path: "/", access: list)) }
    addRule("/etc", .data, isFolder: true)
    addRule("/sys", .data, isFolder: true)
    addRule("/dev", .device, isFolder: true)
    var process = LandlockRights.readFile & handled
    if !forbidsNewCode { process |= LandlockRights.writeFile & handled }
    if process != 0 { rules.append(RootTemplate.Rule(path: "/proc", access: process)) }
    for path in SystemTree.scratchPaths { addRule(path, .write, isFolder: true) }
    rules = Self.withoutCovered(rules)
  }

  /// Leaves out rules that grant nothing more than one of a folder above them: Landlock adds up
  /// what it finds from a file to the root, over the borders of mounts. What a job has opened
  /// already is found by its own rule only.
  static func withoutCovered(_ rules: [RootTemplate.Rule]) -> [RootTemplate.Rule] {
    rules.filter { rule in
      rule.path == SystemTree.nullPath
        || !rules.contains { above in
          rule.path.hasPrefix(above.path == "/" ? "/" : above.path + "/") && rule.path != above.path
            && rule.access & ~above.access == 0
        }
    }
  }
}
