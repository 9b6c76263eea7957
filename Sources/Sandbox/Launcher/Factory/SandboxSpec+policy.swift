internal import CLaunch
package import SandboxBase

extension SandboxSpec {
  /// Features of the host that a spec depends on.
  package struct Host: Hashable, Sendable {
    /// ABI of Landlock that the kernel has; 0 for no Landlock (landlock_create_ruleset(2)).
    package var landlockABI: Int
    /// Whether the sysctl vm.memfd_noexec belongs to the PID namespace, since Linux 6.3.
    package var hasMemfdNoexec: Bool
    /// Whether the factory works inside a user namespace. The kernel lets it mount a /proc only
    /// where it sees another one in full (fs/namespace.c, mount_too_revealing), so the host's lies
    /// below.
    package var isUnprivileged: Bool
    /// The names in /etc.
    package var settingNames: [String] = []

    /// Features of a host, as the probe found them.
    package init(landlockABI: Int, hasMemfdNoexec: Bool, isUnprivileged: Bool) {
      self.landlockABI = landlockABI
      self.hasMemfdNoexec = hasMemfdNoexec
      self.isUnprivileged = isUnprivileged
    }
  }

  /// The sandbox spec that a policy asks for on a host.
  ///
  /// - Parameter programs: paths without links that must be in the tree: the entry's file and, for
  ///   a script, its interpreter.
  package init(_ policy: EntryPolicy, programs: [String], on host: Host) {
    let has = { (layer: Layer) in !policy.dropped.contains(layer) }
    var namespaces: UInt32 = 0
    if has(.pidNamespace) { namespaces |= SANDBOX_PID.rawValue }
    if has(.mountNamespace) { namespaces |= SANDBOX_MOUNT.rawValue }
    if has(.ipcNamespace) { namespaces |= SANDBOX_IPC.rawValue }
    if has(.utsNamespace) { namespaces |= SANDBOX_UTS.rawValue }
    let abi = host.landlockABI
    let hasTree = has(.mountNamespace)
    let handlesFiles = has(.landlockFiles) && hasTree
    let handlesPorts =
      has(.landlockNetwork) && policy.network != .all && policy.network != .loopback
    let scopes = has(.landlockScopes) ? LandlockRights.scopes(abi: abi) : 0
    self.namespaces = namespaces
    self.forbidsMemoryFiles =
      has(.memfd) && host.hasMemfdNoexec && hasTree && has(.pidNamespace)
    self.forbidsNewCode = policy.profile == .compute
    self.hasAccountFiles = hasTree && AccountFiles.arePrivate(policy)
    self.requiresMounts = hasTree && policy.requiresMounts
    self.scratchBytes = hasTree ? policy.scratch.bytes : 0
    self.scratchInodes = hasTree ? policy.scratch.inodes : 0
    self.handledFiles = handlesFiles ? LandlockRights.files(abi: abi) : 0
    self.handledPorts = handlesPorts ? LandlockRights.ports(abi: abi) : 0
    self.scoped = scopes
    self.network = Self.network(policy, hasScopes: scopes != 0)
    self.ports = self.handledPorts == 0 ? [] : Self.ports(policy.network)
    var tree = hasTree ? Self.tree(policy, programs: programs, on: host) : []
    if hasTree, host.isUnprivileged {
      tree.append(.host("/proc", from: "/proc", .data, isOptional: false))
    }
    self.tree = tree
  }

  /// Without Landlock scopes a network namespace of its own keeps abstract sockets apart.
  private static func network(_ policy: EntryPolicy, hasScopes: Bool) -> Network {
    if policy.dropped.contains(.networkNamespace) || policy.network.isHost { return .host }
    if policy.network == .loopback { return .loopback }
    return hasScopes ? .shared : .own
  }

  private static func ports(_ grant: NetworkGrant) -> [Port] {
    guard case .tcp(let connect, let bind) = grant else { return [] }
    let numbers = Set(connect).union(bind).sorted()
    return numbers.map { number in
      let access =
        (connect.contains(number) ? LandlockRights.connect : 0)
        | (bind.contains(number) ? LandlockRights.bind : 0)
      return Port(number: number, access: access)
    }
  }

  private static func tree(
    _ policy: EntryPolicy, programs: [String], on system: Host
  ) -> [TreeItem] {
    var items = SystemTree.folders.map { TreeItem.folder($0) }
    items += SystemTree.links.map { .link($0.0, to: $0.1) }
    items += host(SystemTree.programs, .read)
    items += host(SystemTree.settingPaths(among: system.settingNames), .data)
    items +=
      policy.processors.isEmpty
      ? host(SystemTree.kernelData, .data) : ProcessorTree.items(policy.processors)
    items += host(SystemTree.caches, .read)
    items += host(SystemTree.devices.map { "/dev/\($0)" }, .device)
    items += host(policy.programFolders.filter(SystemTree.lacks), .read)
    items += AccountFiles.placeholders
    if policy.network.isHost {
      items += host(["/etc/hosts", "/etc/resolv.conf"], .read)
    } else {
      items.append(.file("/etc/hosts", text: "127.0.0.1 localhost\n::1 localhost\n"))
    }
    // Only what the system's folders do not show already.
    for path in programs where !SystemTree.programs.contains(where: { path.hasPrefix($0 + "/") }) {
      items.append(.host(path, from: path, .program, isOptional: false))
    }
    items += policy.readPaths.map { granted($0, .read, policy) }
    items += policy.writePaths.map { granted($0, .write, policy) }
    items += policy.devices.map { granted($0, .device, policy) }
    items += policy.kernelFiles.map(item)
    return items
  }

  private static func item(_ file: KernelFile) -> TreeItem {
    switch file.content {
    case .text(let text): .file(file.path, text: text)
    case .link(let target): .link(file.path, to: target)
    }
  }

  /// A path that is a symbolic link on the host is in the tree what the link leads to. Within what
  /// is mounted as a whole the link itself is there, and leads to the same path.
  private static func granted(
    _ path: String, _ access: TreeAccess, _ policy: EntryPolicy
  ) -> TreeItem {
    let source = policy.source(of: path)
    let isLinked = (SystemTree.programs + policy.readPaths + policy.writePaths).contains {
      path.hasPrefix($0 + "/")
    }
    return .host(isLinked ? source : path, from: source, access, isOptional: false)
  }

  private static func host(_ paths: [String], _ access: TreeAccess) -> [TreeItem] {
    paths.map { .host($0, from: $0, access, isOptional: true) }
  }
}
