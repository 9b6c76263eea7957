internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

extension EntryInspection {
  /// A path of `write` that no job of an entry could write.
  package struct UnwritablePath: Hashable, Sendable {
    /// As policy names it.
    package let path: String
    /// Owner and group of what is there.
    package let uid: UInt32
    /// Group of what is there.
    package let gid: UInt32
    /// Permission bits, without the file's type.
    package let mode: UInt32
    /// The file system is mounted read-only.
    package let isReadOnly: Bool
  }

  /// Paths of `write` where a job could neither write the file nor make one in the folder: found
  /// out by a child process with the job's ids, so that access lists and the rules of network file
  /// systems count too. What is there but cannot be tried, or not by this user, is left out.
  ///
  /// - Parameters:
  ///   - uid: the job's user id.
  ///   - gid: the job's group id; `policy.groups` come beside it.
  package static func unwritablePaths(
    of policy: EntryPolicy, uid: UInt32, gid: UInt32
  ) -> [UnwritablePath] {
    policy.writePaths.compactMap { path in
      do throws(SystemCallFailure) {
        let handle = try File.openExact(policy.source(of: path))
        // SAFETY: the call reads `count` numbers of the buffer, which has as many.
        let answer = unsafe policy.groups.withUnsafeBufferPointer { groups in
          unsafe linux_try_write(handle.fd, uid, gid, groups.baseAddress, UInt32(groups.count))
        }
        guard [-EACCES, -EROFS].contains(answer) else { return nil }
        let status = try File.status(handle.fd)
        return UnwritablePath(
          path: path, uid: status.uid, gid: status.gid, mode: status.mode & 0o7777,
          isReadOnly: answer == -EROFS)
      } catch {
        return nil  // `pathFaults` says so.
      }
    }
  }
}
