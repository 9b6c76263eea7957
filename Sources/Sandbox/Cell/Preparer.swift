internal import CLaunch
internal import CLinux
internal import Glibc

/// The fourth process: it makes cells ahead of the jobs that will use them, so that a launch finds
/// its namespaces standing. It has the rights to make mounts and namespaces, and speaks to the
/// launcher alone.
package struct Preparer: ~Copyable {
  /// How it was started, as it stands on its command line.
  package struct Charge: Equatable, Sendable {
    /// What holders become; nil where the preparer is unprivileged and enters a user namespace.
    let holder: UInt32?

    var arguments: [String] { [holder.map { "\($0)" } ?? "same-user"] }

    init(holder: UInt32?) {
      self.holder = holder
    }

    /// Nil when the words are not what `arguments` made.
    package init?(arguments: [String]) {
      guard arguments.count == 1 else { return nil }
      guard arguments[0] != "same-user" else {
        self.holder = nil
        return
      }
      guard let holder = UInt32(arguments[0]), holder >= IdentityRange.lowest else { return nil }
      self.holder = holder
    }
  }

  private let charge: Charge
  private let launcher: Channel
  private let reports: HolderReports
  private let home: Descriptor
  private let filter: [UInt8]
  private var kinds: [CellKind] = []
  /// By kind; nil for cells without a tree.
  private var templates: [CellTemplate?] = []
  private var buffer = [UInt8](repeating: 0, count: PreparerRequest.bytesMax)

  package init(_ charge: Charge, launcher: consuming Channel) throws {
    try checked("sigprocmask", linux_block_all_signals())
    try checked("sigaction", linux_ignore_children())
    umask(0)  // Modes in the trees are what they say.
    if charge.holder == nil {
      try Self.enterUserNamespace()
    } else {
      try checked("prctl", linux_set_dumpable(0))
    }
    let home = try File.openNamespace("mnt")
    let filter = try FilterRequest.compileReaper().flatMap(\.bytes)
    let reports = try HolderReports()
    self.charge = charge
    self.launcher = launcher
    self.home = home
    self.filter = filter
    self.reports = reports
  }

  /// An unprivileged user has every right over what a user namespace of its own holds; in it, its
  /// own id is the only one there is.
  private static func enterUserNamespace() throws(SystemCallFailure) {
    let uid = getuid()
    let gid = getgid()
    try checked("unshare", "user namespace", linux_leave_user())
    for (file, text) in [
      ("setgroups", "deny"), ("uid_map", "\(uid) \(uid) 1"), ("gid_map", "\(gid) \(gid) 1"),
    ] {
      let path = "/proc/self/\(file)"
      let answer = unsafe path.withCString { path in
        unsafe text.withCString {
          unsafe linux_write_existing(path, $0, UInt64(text.utf8.count))
        }
      }
      try checked("write", path, answer)
    }
    // The host's mount namespace is not the new user namespace's, and could not be come back to.
    try checked("unshare", "mount namespace", linux_leave_mounts())
  }

  /// Works until the launcher is gone. The cells go with this process.
  package mutating func run() throws {
    try announce()
    while let message = try launcher.receive(using: &buffer, waits: true) {
      let bytes = message.bytes
      message.closeDescriptors()
      switch try PreparerRequest(bytes) {
      case .kind(let kind): try take(kind)
      case .cell(let kind): try makeCell(kind)
      case .forget(let kind): try forget(kind)
      }
    }
  }

  /// Makes the empty network namespace that jobs without a network share, and says so. This process
  /// stays in it: it has nobody to speak to.
  private func announce() throws {
    try checked("unshare", "network namespace", linux_leave_network())
    let empty = try File.openNamespace("net")
    try PrivilegeDrop.keepOnly([
      .overrideAccess, .kill, .setGroupID, .setUserID, .setCapabilities, .administerNetwork,
      .changeRoot, .administer, .makeDevice,
    ])
    try tell(PreparerReply(kind: .max, contents: .network), [empty.number])
  }

  /// A launcher that is gone is told nothing: the next read from it says so, and this ends.
  private func tell(
    _ reply: PreparerReply, _ descriptors: [Int32] = []
  ) throws(SystemCallFailure) {
    do throws(SystemCallFailure) {
      try launcher.send(reply.bytes, descriptors: descriptors)
    } catch {
      guard error.code == EPIPE else { throw error }
    }
  }

  private mutating func take(_ kind: CellKind) throws {
    let number = UInt32(kinds.count)
    kinds.append(kind)
    // Kinds and trees go by the same numbers, also where one could not be built.
    templates.append(nil)
    do throws(SystemCallFailure) {
      if kind.hasTree {
        templates[Int(number)] = try CellTemplate(kind, home: home.number)
      }
      try tell(PreparerReply(kind: number))
    } catch {
      let fault = LaunchFault(.cellTree, error)
      try tell(PreparerReply(kind: number, fault: fault, object: error.description))
    }
  }

  /// Its tree goes; cells that were made of it stay.
  private mutating func forget(_ number: UInt32) throws {
    guard Int(number) < templates.count else { throw WireError.badValue("kind") }
    templates[Int(number)] = nil
  }

  private mutating func makeCell(_ number: UInt32) throws {
    guard Int(number) < templates.count else { throw WireError.badValue("kind") }
    let made: HolderReports.Made
    do throws(LaunchFault) {
      made = try makeCell(of: Int(number))
    } catch {
      return try tell(PreparerReply(kind: number, fault: error))
    }
    try tell(PreparerReply(kind: number, contents: made.contents), made.descriptors)
    made.close()
  }

  private mutating func makeCell(of number: Int) throws(LaunchFault) -> HolderReports.Made {
    do throws(SystemCallFailure) {
      if let template = templates[number], !template.isCurrent() {
        templates[number] = try CellTemplate(kinds[number], home: home.number)
      }
    } catch {
      throw LaunchFault(.cellTree, error)
    }
    let start = CellStart(
      kind: kinds[number], rules: templates[number]?.rules ?? [], holder: charge.holder,
      filter: filter,
      report: reports.holdersEnd, preparersEnd: reports.preparersEnd)
    let holder: Descriptor
    do throws(SystemCallFailure) {
      holder = try Self.run(start, in: templates[number], home: home.number)
    } catch {
      throw LaunchFault(.cellClone, error)
    }
    return try reports.take(of: holder)
  }

  /// A cell's tree is a copy of the one that this process is in when it clones.
  private static func run(
    _ start: CellStart, in template: CellTemplate?, home: CInt
  ) throws(SystemCallFailure) -> Descriptor {
    guard let template else { return try start.run() }
    try checked("setns", "mnt", linux_join_mounts(template.namespace.number))
    do throws(SystemCallFailure) {
      let holder = try start.run()
      try CellTemplate.goHome(home)
      return holder
    } catch {
      try CellTemplate.goHome(home)
      throw error
    }
  }
}
