internal import CLaunch
internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// The cleanup supervisor: a process beside the launcher that deletes what jobs left in their
/// folders, so that a million files never delay a launch. It outlives the launcher, kills every
/// remaining job and removes its cgroups and folders, however the launcher died. It starts before
/// any of them is made.
package struct Janitor: ~Copyable {
  /// The arguments of the janitor process.
  package struct StartArguments: Equatable, Sendable {
    let instancePath: String
    /// Where the launcher's cgroup will be if one can be made; empty without cgroup v2.
    let cgroupPath: String
    /// Swept by uid where the launcher has no cgroup; nil where jobs have no ids of their own, and
    /// end with their namespaces.
    let identities: IdentityRange?

    var arguments: [String] {
      [instancePath, cgroupPath, "\(identities?.first ?? 0)", "\(identities?.last ?? 0)"]
    }

    /// Reads the arguments of the process; nil for others than `arguments` makes.
    package init?(arguments: [String]) {
      guard arguments.count == 4, let first = UInt32(arguments[2]),
        let last = UInt32(arguments[3]), arguments[0].hasPrefix("/")
      else { return nil }
      let range = IdentityRange(first: first, last: last)
      guard range != nil || (first == 0 && last == 0) else { return nil }
      self.init(instancePath: arguments[0], cgroupPath: arguments[1], identities: range)
    }

    init(instancePath: String, cgroupPath: String, identities: IdentityRange?) {
      self.instancePath = instancePath
      self.cgroupPath = cgroupPath
      self.identities = identities
    }
  }

  /// Kinds of message from the launcher, of one byte each.
  enum Message: UInt8 {
    /// The trash directory is not empty.
    case trash = 1
    /// The instance folder is made and locked by the launcher.
    case instance = 2
    /// The launcher has no cgroup: its jobs are found by uid.
    case uids = 3
    /// Comes with pidfds of the service and of the launcher.
    case processes = 4
  }

  private let startArguments: StartArguments
  private let launcher: Channel

  /// The janitor of one launcher.
  ///
  /// - Parameter launcher: the channel on which the launcher says that the trash directory is not
  ///   empty.
  package init(_ startArguments: StartArguments, launcher: consuming Channel) {
    self.startArguments = startArguments
    self.launcher = launcher
  }

  /// Empties the trash on request until the launcher has exited, then cleans up.
  ///
  /// - Throws: `SystemCallFailure` when privilege cannot be dropped, the instance folder cannot be
  ///   locked, or something is left that cannot be removed.
  package func run() throws {
    try checked("prctl", linux_set_dumpable(0))
    try checked("sigprocmask", linux_block_all_signals())
    try PrivilegeDrop.keepOnly([.overrideAccess, .fileOwner, .setUserID, .setGroupID])
    let findsByUID: Bool
    do {
      findsByUID = try serve()
    } catch {
      // The launcher ends when this process does, or has ended: there is no one else to do it.
      try Self.cleanUp(startArguments, findsByUID: startArguments.identities != nil)
      throw error
    }
    try Self.cleanUp(startArguments, findsByUID: findsByUID)
  }

  /// Handles messages until the launcher has exited.
  ///
  /// - Returns: whether jobs are found by their uids.
  private func serve() throws -> Bool {
    var instance: Descriptor?
    var watch = OverdueLauncher()
    var findsByUID = false
    var buffer = [UInt8](repeating: 0, count: 64)
    while true {
      try watch.wait(for: launcher.fd)
      guard let message = try launcher.receive(using: &buffer, waits: true) else { break }
      switch message.bytes.first.flatMap(Message.init(rawValue:)) {
      case .instance: instance = try lockInstance()
      case .processes: watch = OverdueLauncher(message.descriptors)
      case .uids: findsByUID = true
      case .trash, nil: emptyTrash()
      }
    }
    withExtendedLifetime(instance) {}
    return findsByUID
  }

  /// Kills every job of a launcher and removes its cgroups and folders, those of them that were
  /// made. Idempotent.
  static func cleanUp(
    _ startArguments: StartArguments, findsByUID: Bool
  ) throws(SystemCallFailure) {
    try endEverything(startArguments, findsByUID: findsByUID)
    try removeInstance(startArguments)
  }

  private func lockInstance() throws(SystemCallFailure) -> Descriptor {
    let instance = try File.open(startArguments.instancePath, LINUX_OPEN_FOLDER)
    try checked("flock", startArguments.instancePath, flock(instance.fd, LOCK_SH) == 0 ? 0 : -errno)
    return instance
  }

  private func emptyTrash() {
    do throws(SystemCallFailure) {
      let trash = try File.open(
        startArguments.instancePath + "/" + InstanceFolder.trashName, LINUX_OPEN_FOLDER)
      try TreeRemoval.empty(trash.fd)
    } catch {
      OperatorLog.error(
        "trash.removal_failed", "what ended jobs left could not be removed: \(error)",
        ["error": "\(error)"])
    }
  }

  private static func endEverything(
    _ startArguments: StartArguments, findsByUID: Bool
  ) throws(SystemCallFailure) {
    if !startArguments.cgroupPath.isEmpty { try CgroupTree.remove(startArguments.cgroupPath) }
    if findsByUID, let identities = startArguments.identities {
      try Sweep.endAll(of: identities)
    }
  }

  private static func removeInstance(_ startArguments: StartArguments) throws(SystemCallFailure) {
    let parts = startArguments.instancePath.fields(separatedBy: "/")
    guard let name = parts.last else { return }
    let root = try File.open(
      "/" + parts.dropLast().joined(separator: "/"), LINUX_OPEN_FOLDER)
    try TreeRemoval.remove(String(name), from: root.fd)
  }
}
