internal import CLinux
internal import Glibc
package import SystemBase

/// Walks a path in which only root can change anything.
///
/// Each folder on the way, and on the way of each symbolic link, must belong to root and be
/// writable by root alone. Then no step of the walk can be swapped by any other user, before or
/// after it was looked at. A file system of a server is not entered: there root's word holds as far
/// as the server wants it to, and each step may wait for it.
package enum TrustedPath {
  /// Why a walk stopped: a rule, or the kernel.
  package enum Refusal: Error {
    /// `detail`: what the file carries, where the rule alone does not say; nil otherwise.
    case rule(ExecutableRefusal, path: String, detail: String? = nil)
    case kernel(SystemCallFailure)

    /// A stop by the kernel.
    package init(_ failure: SystemCallFailure) {
      self = .kernel(failure)
    }
  }

  /// Where a walk ended: a handle (O_PATH), what it is, and its path without links.
  package struct Resolution: ~Copyable {
    /// The file or folder, open as a path (O_PATH).
    package let handle: Descriptor
    /// What it is: owner, mode, and times of change.
    package let status: File.Status
    /// Its path, absolute and without links.
    package let path: String
  }

  private static let linksMax = 40  // As the kernel's MAXSYMLINKS.

  /// - Parameters:
  ///   - path: absolute.
  ///   - owner: whose folders are trusted beside root's.
  ///   - remote: file systems that are not entered.
  /// - Throws: `Refusal` for a folder that others than root and `owner` can change, too many links,
  ///   or what the kernel does not open.
  package static func resolve(
    _ path: String, trusting owner: UInt32 = 0, avoiding remote: RemoteMountTable
  ) throws(Refusal) -> Resolution {
    var done: [String] = []
    var pending = components(of: path)
    var links = 0
    let root = try openHandle("/")
    try checkFolder("/", status(of: root.fd), owner)
    while let component = pending.popLast() {
      if component == ".." {
        done = done.dropLast()
        continue
      }
      let current = "/" + (done + [component]).joined(separator: "/")
      if let type = remote.type(at: current) {
        throw .rule(.remoteFileSystem, path: current, detail: type)
      }
      let handle = try openHandle(current)
      let found = try status(of: handle.fd)
      switch found.kind {
      case .link:
        links += 1
        guard links <= linksMax else { throw .rule(.tooManyLinks, path: path) }
        let target = try linkTarget(of: handle.fd)
        if target.hasPrefix("/") { done = [] }
        pending.append(contentsOf: components(of: target))
      case .folder:
        try checkFolder(current, found, owner)
        done.append(component)
      case .regular, nil:
        guard pending.isEmpty else {
          throw .kernel(SystemCallFailure(call: "openat", code: ENOTDIR, object: current))
        }
        return Resolution(handle: handle, status: found, path: current)
      }
    }
    let folder = "/" + done.joined(separator: "/")
    let handle = try openHandle(folder)
    let found = try status(of: handle.fd)
    return Resolution(handle: handle, status: found, path: folder)
  }

  /// Last component first, as a stack.
  private static func components(of path: String) -> [String] {
    path.fields(separatedBy: "/").filter { $0 != "." }.reversed().map(String.init)
  }

  private static func checkFolder(
    _ path: String, _ status: File.Status, _ owner: UInt32
  ) throws(Refusal) {
    guard status.uid == 0 || status.uid == owner else { throw .rule(.foreignFolder, path: path) }
    guard !status.isWritableByOthers else {
      throw .rule(status.isSticky ? .sharedFolder : .writableFolder, path: path)
    }
  }

  private static func openHandle(_ path: String) throws(Refusal) -> Descriptor {
    do throws(SystemCallFailure) {
      return try File.open(path, LINUX_OPEN_PATH)
    } catch {
      throw .kernel(error)
    }
  }

  private static func status(of fd: CInt) throws(Refusal) -> File.Status {
    do throws(SystemCallFailure) {
      return try File.status(fd)
    } catch {
      throw .kernel(error)
    }
  }

  private static func linkTarget(of fd: CInt) throws(Refusal) -> String {
    do throws(SystemCallFailure) {
      return try File.linkTarget(fd)
    } catch {
      throw .kernel(error)
    }
  }
}
