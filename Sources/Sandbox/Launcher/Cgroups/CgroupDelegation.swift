internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The cgroup controllers that were delegated to the service, and what to do for those that were
/// not.
///
/// A cgroup that hands controllers to its children has no processes of its own
/// (Documentation/admin-guide/cgroup-v2.rst, "No Internal Process Constraint"). So our own
/// processes, if they are alone in theirs, move into a leaf beside the jobs. Other
/// processes are never moved.
struct CgroupDelegation {
  let controllers: Set<String>
  let remedy: String

  static let wanted = ["memory", "pids", "cpu", "io"]
  /// Where our own processes go.
  private static let leafName = "service"
  private static let advice =
    "start the service with Delegate=yes (systemd.resource-control(5)), or try it by hand with "
    + "systemd-run -p Delegate=yes"

  /// Makes the controllers of the cgroup at `path` available to its children.
  ///
  /// - Parameter own: our own processes.
  static func acquire(_ path: String, for own: [Int32]) -> CgroupDelegation {
    do throws(SystemCallFailure) {
      let folder = try File.open(path, LINUX_OPEN_FOLDER)
      let offered = try names("cgroup.controllers", in: folder.fd)
      guard !offered.isEmpty else {
        return CgroupDelegation(
          controllers: [], remedy: "the cgroup \(path) has no controllers: \(advice)")
      }
      let given = try names("cgroup.subtree_control", in: folder.fd)
      if !offered.isSubset(of: given) { try enable(offered, in: folder.fd, for: own) }
      return CgroupDelegation(controllers: offered, remedy: remedy(for: offered))
    } catch {
      return CgroupDelegation(controllers: [], remedy: "\(error): \(advice)")
    }
  }

  /// Hands them on to the children of `folder`, itself a child.
  func enableControllers(in folder: CInt) -> Set<String> {
    guard !controllers.isEmpty else { return [] }
    do throws(SystemCallFailure) {
      try CgroupFile.write(Self.switches(controllers), to: "cgroup.subtree_control", in: folder)
      return controllers
    } catch {
      OperatorLog.warning(
        "cgroup.delegation_failed", "the controllers cannot be handed on: \(error)",
        ["error": "\(error)"])
      return []
    }
  }

  private static func remedy(for offered: Set<String>) -> String {
    let missing = wanted.filter { !offered.contains($0) }
    return missing.isEmpty
      ? "" : "no controller for \(missing.joined(separator: ", ")): \(advice)"
  }

  private static func names(_ file: String, in folder: CInt) throws(SystemCallFailure) -> Set<
    String
  > {
    let text = String(decoding: try CgroupFile.read(file, in: folder), as: UTF8.self)
    let names = text.split(whereSeparator: \.isWhitespace).map { String($0) }
    return Set(names).intersection(wanted)
  }

  private static func switches(_ controllers: Set<String>) -> String {
    controllers.sorted().map { "+\($0)" }.joined(separator: " ")
  }

  private static func enable(
    _ controllers: Set<String>, in folder: CInt, for own: [Int32]
  ) throws(SystemCallFailure) {
    do throws(SystemCallFailure) {
      return try CgroupFile.write(switches(controllers), to: "cgroup.subtree_control", in: folder)
    } catch {
      guard error.code == EBUSY else { throw error }
    }
    try moveProcesses(own, in: folder)
    try CgroupFile.write(switches(controllers), to: "cgroup.subtree_control", in: folder)
  }

  private static func moveProcesses(
    _ own: [Int32], in folder: CInt
  ) throws(SystemCallFailure) {
    let text = String(decoding: try CgroupFile.read("cgroup.procs", in: folder), as: UTF8.self)
    let members = text.fields(separatedBy: "\n").compactMap { Int32($0) }
    guard members.allSatisfy(own.contains) else {
      throw SystemCallFailure(call: "write", code: EBUSY, object: "others are in this cgroup too")
    }
    do throws(SystemCallFailure) {
      try File.makeFolder(leafName, mode: 0o755, in: folder)
    } catch {
      guard error.code == EEXIST else { throw error }
    }
    for member in members {
      try CgroupFile.write("\(member)", to: "\(leafName)/cgroup.procs", in: folder)
    }
  }
}
