internal import CLinux
internal import SandboxBase
internal import SystemBase

/// The processes of this PID namespace, as /proc lists them.
enum ProcessList {
  /// The processes whose real uid is `uid`, on hosts without cgroup v2.
  static func processes(of uid: UInt32) throws(SystemCallFailure) -> [Int32] {
    let folder = try File.open("/proc", LINUX_OPEN_FOLDER)
    var listing = FolderListing()
    var found: [Int32] = []
    while case let names = try listing.next(of: folder.fd), !names.isEmpty {
      for name in names {
        guard let pid = Int32(String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)),
          uidOfProcess(pid) == uid
        else { continue }
        found.append(pid)
      }
    }
    return found
  }

  /// By its status: the folder is root's where the process says that it is not dumpable (proc(5)).
  private static func uidOfProcess(_ pid: Int32) -> UInt32? {
    do throws(SystemCallFailure) {
      let text = try File.text("/proc/\(pid)/status", bytesMax: 4096)
      guard let line = text.fields(separatedBy: "\n").first(where: { $0.hasPrefix("Uid:") }) else {
        return nil
      }
      return line.fields(separatedBy: "\t").dropFirst().first.flatMap { UInt32($0) }
    } catch {
      return nil
    }
  }
}
