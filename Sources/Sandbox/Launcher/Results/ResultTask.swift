internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// What one settling process does: it opens the folder of policy as root, becomes the job, and does
/// the rest with the job's rights, beneath that folder and without following a link. So whatever a
/// job put there, nothing is done that the job could not have done itself.
///
/// SAFETY: each call reads names as C strings that `withCString` keeps in place, and keeps none.
struct ResultTask {
  let request: ResultRequest
  /// The folder of policy, where it is on the host.
  let source: String
  let rules: ResultRules
  /// The account of the entry; nil where each job has an id of `identities`.
  let account: FixedIdentity?
  let identities: IdentityRange
  let groups: [UInt32]
  /// Whether there are no ids to take (`--same-user`).
  let keepsIDs: Bool
  /// Process id of the launcher, whose end is that of this process.
  let launcher: Int32

  /// What no other way to give a file its name can mend.
  private static let finalErrors = [ENOENT, ENOSPC, EROFS, EDQUOT, EACCES]

  private var place: ResultPlace { request.place }

  /// Does it, in a process that ends afterwards.
  func run() throws -> ResultReply {
    do throws(SystemCallFailure) {
      let root = try Self.openFolder(source)
      if !keepsIDs { becomeOwner(beneath: root.fd) }
      let folder = try openPlace(beneath: root.fd)
      return switch request.action {
      case .prepare: try prepare(in: folder.fd)
      case .publish: try publish(in: folder.fd)
      case .discard: try discard(in: folder.fd)
      case .look: try look(in: folder.fd)
      }
    } catch {
      return ResultReply(requestID: request.requestID, .failed, code: error.code)
    }
  }

  private func reply(_ state: ResultReply.State) -> ResultReply {
    ResultReply(requestID: request.requestID, state)
  }

  // MARK: Folder and ids

  /// Opened for reading, which has an automounter mount it.
  private static func openFolder(_ path: String) throws(SystemCallFailure) -> Descriptor {
    // SAFETY: the text ends with a zero and is there for the call.
    let fd = unsafe path.withCString { unsafe linux_openat2_folder($0) }
    guard fd == -EACCES else { return Descriptor(adopting: try checked("openat2", path, fd)) }
    return try File.openExact(path)
  }

  private func openPlace(beneath root: CInt) throws(SystemCallFailure) -> Descriptor {
    let path = place.directory.isEmpty ? "." : place.directory
    // SAFETY: the text ends with a zero and is there for the calls.
    let fd = unsafe path.withCString { path in
      let fd = unsafe linux_openat2_beneath(root, path, LINUX_BENEATH_READ)
      return fd == -EACCES ? unsafe linux_openat2_beneath(root, path, LINUX_BENEATH_HANDLE) : fd
    }
    return Descriptor(adopting: try checked("openat2", path, fd))
  }

  /// Becomes the account of the entry, or the id of the range that the file belongs to: which job
  /// it was is not known any more after a restart. Where the file system shows another owner, any
  /// id of the range has the same rights there.
  private func becomeOwner(beneath root: CInt) {
    var uid = account?.uid
    if uid == nil { uid = owner(beneath: root) }
    let gid = account?.gid ?? uid ?? identities.job(0)
    do {
      try PrivilegeDrop.become(uid: uid ?? gid, gid: gid, groups: groups)
      // A change of ids clears it (PR_SET_PDEATHSIG(2const)).
      try checked("prctl", linux_set_parent_death_signal(SIGKILL))
      guard getppid() == launcher else { _exit(EX_SOFTWARE) }
    } catch {
      OperatorLog.error(
        "result.failed", "the process that publishes results could not give up root: \(error)",
        ["error": "\(error)"])
      _exit(EX_SOFTWARE)
    }
  }

  /// Only looked at: what is found is found again, with the job's rights, before anything is done.
  /// The owner counts only where no other job can have put its file there: else one could have
  /// things done with the rights of another.
  private func owner(beneath root: CInt) -> UInt32? {
    let range = identities.job(0)...identities.last
    do throws(SystemCallFailure) {
      let folder = try openPlace(beneath: root)
      let shown = try File.status(folder.fd)
      guard let uid = try File.statusIfThere(place.temporaryName, in: folder.fd)?.uid,
        range.contains(uid),
        shown.isWritableByOthers
          ? shown.isSticky && !range.contains(shown.uid) : shown.uid == uid
      else { return nil }
      return uid
    } catch {
      // A file system of another host may take every right from root.
      return nil
    }
  }

  // MARK: Actions

  private func prepare(in folder: CInt) throws(SystemCallFailure) -> ResultReply {
    _ = try discard(in: folder)
    return reply(try File.statusIfThere(place.targetName, in: folder) == nil ? .absent : .exists)
  }

  private func discard(in folder: CInt) throws(SystemCallFailure) -> ResultReply {
    let answer = unsafe withNames { name, _ in unsafe linux_unlinkat(folder, name) }
    if answer == -ENOENT { return reply(.missing) }
    if answer == -EISDIR || answer == -EPERM {
      try TreeRemoval.remove(place.temporaryName, from: folder)
    } else {
      try checked("unlinkat", place.temporaryName, answer)
    }
    return reply(.removed)
  }

  private func look(in folder: CInt) throws(SystemCallFailure) -> ResultReply {
    guard let status = try File.statusIfThere(place.temporaryName, in: folder) else {
      return reply(.missing)
    }
    return reply(status.kind == .regular && status.links == 1 ? .exists : .unusable)
  }

  private func publish(in folder: CInt) throws(SystemCallFailure) -> ResultReply {
    let file: Descriptor
    do throws(SystemCallFailure) {
      file = try File.open(place.temporaryName, LINUX_OPEN_READ, in: folder)
    } catch {
      switch error.code {
      case ENOENT: return reply(.missing)
      case ELOOP, ENXIO: return reply(.unusable)  // A link; a socket.
      default: throw error
      }
    }
    let status = try File.status(file.fd)
    // An earlier process ended between the link and the removal of the other name.
    let target = try File.statusIfThere(place.targetName, in: folder)
    let isLinked =
      status.links == 2 && target?.device == status.device && target?.inode == status.inode
    guard status.kind == .regular, status.links <= 1 || isLinked else { return reply(.unusable) }
    var result = reply(.published)
    result.bytes = status.size
    // A file system may ignore both in silence: only what it shows afterwards counts.
    if let group = rules.group { _ = linux_fchown(file.fd, .max, group) }
    if let mode = rules.mode { _ = linux_fchmod(file.fd, mode) }
    let changed = try File.status(file.fd)
    result.isGroupKept = rules.group.map { $0 == changed.gid } ?? true
    result.isModeKept = rules.mode.map { $0 == changed.mode & 0o7777 } ?? true
    try checked("fsync", place.temporaryName, linux_fsync(file.fd))
    guard let primitive = isLinked ? unlinkOther(in: folder) : try rename(in: folder) else {
      return reply(.exists)
    }
    result.primitive = primitive
    _ = linux_fsync(folder)  // EBADF for a folder that may only be searched.
    // Inode numbers change on some file systems of NAS hosts; kind and size do not. Where results
    // replace, another one may have this name by now.
    let named = try File.statusIfThere(place.targetName, in: folder)
    let isWhole = named?.size == status.size || rules.existing == .replace
    return named?.kind == .regular && isWhole ? result : reply(.unusable)
  }

  /// Gives the file its name by the first primitive that the file system has; nil where the name is
  /// taken.
  private func rename(in folder: CInt) throws(SystemCallFailure) -> ResultReply.Primitive? {
    if rules.existing == .replace {
      let answer = unsafe withNames { unsafe linux_renameat(folder, $0, $1) }
      try checked("renameat", place.targetName, answer)
      return .rename
    }
    let renamed = unsafe withNames { unsafe linux_renameat2(folder, $0, folder, $1) }
    if renamed == 0 { return .rename }
    if renamed == -EEXIST { return nil }
    if Self.finalErrors.contains(-renamed) { try checked("renameat2", place.targetName, renamed) }
    let linked = unsafe withNames { unsafe linux_linkat(folder, $0, $1) }
    if linked == 0 { return unlinkOther(in: folder) }
    if linked == -EEXIST { return nil }
    if Self.finalErrors.contains(-linked) { try checked("linkat", place.targetName, linked) }
    return try claim(in: folder)
  }

  /// Removes the temporary name of a file that has its own. Where that fails it has both, and is
  /// whole.
  private func unlinkOther(in folder: CInt) -> ResultReply.Primitive? {
    _ = unsafe withNames { name, _ in unsafe linux_unlinkat(folder, name) }
    return .link
  }

  private func claim(in folder: CInt) throws(SystemCallFailure) -> ResultReply.Primitive? {
    let created = unsafe withNames { unsafe linux_openat_create(folder, $1, 0o600) }
    if created == -EEXIST { return nil }
    let claim = Descriptor(adopting: try checked("openat", place.targetName, created))
    try File.status(claim.fd)
    let answer = unsafe withNames { unsafe linux_renameat(folder, $0, $1) }
    if answer != 0 { _ = unsafe withNames { unsafe linux_unlinkat(folder, $1) } }
    try checked("renameat", place.targetName, answer)
    return .claim
  }

  /// SAFETY: both texts end with a zero and are there for the call, which keeps neither.
  private func withNames(
    _ call: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  ) -> Int32 {
    unsafe place.temporaryName.withCString { name in
      unsafe place.targetName.withCString { target in unsafe call(name, target) }
    }
  }
}
