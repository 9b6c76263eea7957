/// A file or folder of the host that policy grants, mounted into a sandbox at each launch.
struct HostPath: Hashable {
  /// Where it is in the tree: the path of policy.
  let path: String
  /// The path that it has on the host, without symbolic links: mostly the same.
  let source: String
  let access: TreeAccess
}

extension SandboxSpec {
  /// What is mounted at each launch and not built into the root template, parents before what is
  /// within them: a sandbox that waits keeps no file system busy, and a job sees what the host has
  /// at its launch.
  var hostPaths: [HostPath] {
    tree.compactMap { item in
      guard case .host(let path, let source, let access, let isOptional) = item,
        Self.isMountedAtLaunch(access, isOptional: isOptional)
      else { return nil }
      return HostPath(path: path, source: source, access: access)
    }.sorted { $0.path < $1.path }
  }

  /// What the root template is built from.
  var templateTree: [TreeItem] {
    tree.filter { item in
      guard case .host(_, _, let access, let isOptional) = item else { return true }
      return !Self.isMountedAtLaunch(access, isOptional: isOptional)
    }
  }

  /// The paths of the host that the root template is built from.
  var templateSources: [String] {
    templateTree.compactMap { item in
      guard case .host(_, let source, _, _) = item else { return nil }
      return source
    }
  }

  private static func isMountedAtLaunch(_ access: TreeAccess, isOptional: Bool) -> Bool {
    !isOptional && (access == .read || access == .write)
  }
}
