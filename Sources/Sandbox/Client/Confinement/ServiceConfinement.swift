internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// Confines the service's own process, once it has dropped privilege: a seccomp filter and a
/// Landlock domain, both for good and for every thread that it makes (seccomp(2), landlock(7)).
package enum ServiceConfinement {
  /// What did not hold after it was installed: the process must not go on.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Confines the calling process, which has one thread and no_new_privs, and reads both back by
  /// trying what they refuse.
  ///
  /// - Parameters:
  ///   - filter: the program of the seccomp filter.
  ///   - paths: all that may be reached; a path that does not exist is left out.
  /// - Returns: ABI of the Landlock domain; 0 where the kernel has no Landlock, and only the filter
  ///   and the user id hold.
  /// - Throws: `SystemCallFailure` when the kernel refuses a call, `Failure` when the result does
  ///   not hold; the process must end then.
  package static func enter(filter: [BPFInstruction], paths: [ServicePath]) throws -> Int {
    let abi = max(0, Int(linux_landlock_version()))
    if abi > 0 { try restrict(to: paths, abi: abi) }
    let bytes = filter.flatMap(\.bytes)
    // SAFETY: the kernel copies the program before the call returns; `bytes` has 8 for each.
    let code = unsafe bytes.withUnsafeBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return -EINVAL }
      return unsafe linux_seccomp_set_filter(base, UInt16(clamping: filter.count))
    }
    try checked("seccomp", code)
    guard linux_execveat_nothing() == -EPERM else {
      throw Failure(description: "the filter of the service does not refuse execveat(2)")
    }
    return abi
  }

  private static func restrict(to paths: [ServicePath], abi: Int) throws {
    let handled = LandlockRights.files(abi: abi)
    // Callbacks connect to any port, and sockets of the system's log may be abstract.
    let ports = LandlockRights.ports(abi: abi) & LandlockRights.bind
    let scopes = LandlockRights.scopes(abi: abi) & LandlockRights.scopeSignals
    let ruleset = Descriptor(
      adopting: try checked(
        "landlock_create_ruleset", linux_landlock_create_ruleset(handled, ports, scopes)))
    for path in paths {
      guard let file = try open(path.path) else { continue }
      let isFolder = try File.status(file.fd).kind == .folder
      try checked(
        "landlock_add_rule", path.path,
        linux_landlock_add_rule(
          ruleset.fd, file.fd, rights(path.access, isFolder: isFolder) & handled))
    }
    try checked("landlock_restrict_self", linux_landlock_restrict_self(ruleset.fd))
    do throws(SystemCallFailure) {
      _ = try File.open("/", LINUX_OPEN_FOLDER)
    } catch {
      guard error.code != EACCES else { return }
      throw error
    }
    throw Failure(description: "the Landlock domain of the service does not refuse to list /")
  }

  /// A handle of what may be reached; nil where there is nothing.
  private static func open(_ path: String) throws(SystemCallFailure) -> Descriptor? {
    do throws(SystemCallFailure) {
      return try File.open(path, LINUX_OPEN_PATH)
    } catch {
      guard error.code == ENOENT || error.code == ENOTDIR || error.code == EACCES else {
        throw error
      }
      return nil
    }
  }

  private static func rights(_ access: ServicePath.Access, isFolder: Bool) -> UInt64 {
    let files = LandlockRights.readFile | LandlockRights.writeFile | LandlockRights.truncate
    let all: UInt64 =
      switch access {
      case .readFiles: LandlockRights.readFile
      case .read: LandlockRights.readFile | LandlockRights.readFolder
      case .write: files | LandlockRights.readFolder | LandlockRights.changeFolder
      }
    return isFolder ? all : all & files
  }
}
