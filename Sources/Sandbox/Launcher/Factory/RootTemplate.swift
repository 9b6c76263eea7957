internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The root file system of one spec, built once in a mount namespace of its own. Each sandbox gets
/// a copy of that namespace; the files are the host's, bound read-only.
final class RootTemplate {
  /// The mount namespace that is joined before a sandbox is cloned.
  let namespace: Descriptor
  /// What Landlock grants beneath the tree.
  let rules: [Rule]
  /// The host's files as they were bound: a package may put new ones in their place.
  private let sources: [Source]
  /// When the sources were found as they were bound; nil where their changes are not told of.
  var currentAt: SourceWatch.Version?

  /// Landlock rights, as bits, beneath one path of the tree.
  struct Rule: Hashable {
    let path: String
    let access: UInt64
  }

  /// A file or folder of the host as it was bound.
  struct Source: Hashable {
    let path: String
    let device: UInt64
    let inode: UInt64
    /// When a file was last changed; 0 for folders, whose changes show by themselves.
    let changedNanoseconds: Int64
    /// The program of an entry, outside the system's folders.
    let isProgram: Bool

    init(path: String, _ status: File.Status, isProgram: Bool = false) {
      self.path = path
      self.device = status.device
      self.inode = status.inode
      self.changedNanoseconds = status.kind == .regular ? status.changedNanoseconds : 0
      self.isProgram = isProgram
    }
  }

  /// The tree itself holds nothing but folders, links and a few small files.
  private static let treeBytes: UInt64 = 4 << 20
  private static let treeInodes: UInt64 = 4096
  /// Any folder that surely stands: what is attached there is in this namespace alone, and gone
  /// from it when the tree becomes the root.
  private static let attachPoint = "/usr"

  /// Builds the tree of a spec in a new mount namespace.
  ///
  /// - Parameter home: the factory's own mount namespace, joined again afterwards.
  /// - Throws: `SystemCallFailure` for the item that could not be bound; `home` is joined again.
  init(_ spec: SandboxSpec, home: CInt) throws(SystemCallFailure) {
    try checked("unshare", linux_unshare_mnt())
    var builder: TreeBuilder
    do throws(SystemCallFailure) {
      let namespace = try File.openNamespace("mnt")
      builder = TreeBuilder(
        handled: spec.handledFiles, forbidsNewCode: spec.forbidsNewCode)
      try builder.build(
        spec.templateTree, bytes: Self.treeBytes, inodes: Self.treeInodes,
        attachPoint: Self.attachPoint)
      try Self.goHome(home)
      self.namespace = namespace
    } catch {
      try Self.goHome(home)
      throw error
    }
    self.rules = builder.rules
    self.sources = builder.sources
  }

  static func goHome(_ home: CInt) throws(SystemCallFailure) {
    try checked("setns", "mnt", linux_setns_mnt(home))
  }

  /// False when a bound file or folder was replaced, by a package upgrade for instance.
  ///
  /// - Throws: EREMOTE where something is mounted over a program that a server answers for: it is
  ///   not touched, so that others need not wait for that server.
  func isCurrent(besides remote: RemoteMountTable) throws(SystemCallFailure) -> Bool {
    for source in sources where source.isProgram {
      guard remote.mount(above: source.path) == nil else {
        throw SystemCallFailure(call: "openat2", code: EREMOTE, object: source.path)
      }
    }
    return sources.allSatisfy { source in
      TreeBuilder.identity(of: source) == source
    }
  }
}
