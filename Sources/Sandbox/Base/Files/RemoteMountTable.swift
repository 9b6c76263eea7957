internal import SystemBase

/// Where file systems are mounted that a server or another process answers for: what touches one
/// waits for as long as that takes, and what is there may change without root's doing.
package struct RemoteMountTable {
  /// The type of the last file system that was mounted at each point.
  private let types: [String: String]
  /// Whether the root file system is one of them.
  package let hasRemoteRoot: Bool

  /// As the kernel names them in /proc/self/mountinfo; `fuse.sshfs` and its like beside them.
  private static let remoteTypes: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "coda", "autofs", "fuse",
    "fuseblk", "lustre", "gpfs", "beegfs", "orangefs", "gfs2", "ocfs2",
  ]

  /// The root file system never counts: without it there is nothing to run at all.
  package init(_ table: MountTable) {
    var types: [String: String] = [:]
    for row in table.rows where row.mountPoint != "/" {
      types[row.mountPoint] = Self.isRemote(row.type) ? row.type : nil
    }
    self.types = types
    self.hasRemoteRoot =
      table.rows.last { $0.mountPoint == "/" }.map { Self.isRemote($0.type) } ?? false
  }

  /// Those of this process's mount namespace.
  ///
  /// - Throws: `SystemCallFailure` where the mounts cannot be read.
  package static func current() throws(SystemCallFailure) -> RemoteMountTable {
    RemoteMountTable(try MountTable.current())
  }

  private static func isRemote(_ type: String) -> Bool {
    remoteTypes.contains(type) || type.hasPrefix("fuse.")
  }

  /// The type of what is mounted at exactly this point; nil for a local one, and for none.
  package func type(at mountPoint: String) -> String? { types[mountPoint] }

  /// The first of them on the way to `path`, itself included.
  package func mount(above path: String) -> MountTable.Row? {
    guard !types.isEmpty else { return nil }
    var point = ""
    for component in path.fields(separatedBy: "/") {
      point += "/" + component
      if let type = types[point] { return MountTable.Row(mountPoint: point, type: type) }
    }
    return nil
  }
}
