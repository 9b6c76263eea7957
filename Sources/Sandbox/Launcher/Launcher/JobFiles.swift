internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The files that go with one job, in a folder of the service.
///
///     work/   becomes the working folder of the job, with what is in it
///     made/   gets the files that the job leaves
///
/// Every name is one component beneath a descriptor, and no link is followed. A file changes hands
/// only as a regular file of its owner under one name: as the service has no file of another, it
/// can give away none, and a link that a job made to another's file is not taken.
final class JobFiles {
  private static let workName = "work"
  private static let madeName = "made"
  /// Names that are looked at: more costs the time of all other jobs.
  private static let namesMax = 4096

  private let folder: SharedDescriptor
  private let work: SharedDescriptor
  private let made: SharedDescriptor
  private let service: UInt32
  private let uid: UInt32
  private let gid: UInt32

  /// - Parameters:
  ///   - folder: what came with the launch.
  ///   - service: the user whose folder it must be, and whose alone.
  ///   - uid: of the job.
  init(
    _ folder: SharedDescriptor, service: UInt32, uid: UInt32, gid: UInt32
  ) throws(SystemCallFailure) {
    self.folder = folder
    self.service = service
    self.uid = uid
    self.gid = gid
    try Self.check(folder.fd, service)
    work = SharedDescriptor(try File.open(Self.workName, LINUX_OPEN_FOLDER, in: folder.fd))
    made = SharedDescriptor(try File.open(Self.madeName, LINUX_OPEN_FOLDER, in: folder.fd))
    try Self.check(work.fd, service)
    try Self.check(made.fd, service)
  }

  private static func check(_ fd: CInt, _ owner: UInt32) throws(SystemCallFailure) {
    let status = try File.status(fd)
    guard status.kind == .folder, status.uid == owner, status.mode & 0o077 == 0 else {
      throw SystemCallFailure(call: "fstat", code: EPERM, object: "the folder of the job's files")
    }
  }

  /// Makes `work` the working folder of the job, with all that is in it.
  ///
  /// - Returns: the folder, open.
  /// - Throws: `SystemCallFailure`, and leaves it where it was: EXDEV where state folder and work
  ///   folder are not on one mount.
  func bringIn(
    as name: String, to instance: borrowing InstanceFolder
  ) throws(SystemCallFailure) -> Descriptor {
    let opened = try File.open(".", LINUX_OPEN_FOLDER, in: work.fd)
    try instance.moveIn(Self.workName, from: folder.fd, as: name)
    do throws(SystemCallFailure) {
      try forEachFile(of: service) { (file, _) throws(SystemCallFailure) in
        try give(file, to: uid, gid)
      }
      try give(work.fd, to: uid, gid)
    } catch {
      restore(name, to: instance)
      throw error
    }
    return opened
  }

  /// Puts the folder of a launch that failed back: nothing of the job has run.
  ///
  /// - Returns: false where that failed, and the folder is still the job's.
  @discardableResult
  func restore(_ name: String?, to instance: borrowing InstanceFolder) -> Bool {
    guard let name else { return false }
    do throws(SystemCallFailure) {
      try give(work.fd, to: service, service)
      try forEachFile(of: uid) { (file, _) throws(SystemCallFailure) in
        try give(file, to: service, service)
      }
      try instance.moveOut(name, to: folder.fd, as: Self.workName)
      return true
    } catch {
      report(error)
      return false
    }
  }

  /// Gives the service what the job left: every regular file right in its working folder that is
  /// the job's, under one name alone. Called when no process of the job is left.
  func takeOut() {
    do throws(SystemCallFailure) {
      try forEachFile(of: uid) { file, name in
        // One that cannot be had takes no other with it.
        do throws(SystemCallFailure) {
          try takeOut(file, name)
        } catch {
          report(error)
        }
      }
    } catch {
      report(error)
    }
  }

  private func takeOut(_ file: CInt, _ name: FolderListing.Name) throws(SystemCallFailure) {
    try checked("fchmod", linux_fchmod(file, 0o600))
    try give(file, to: service, service)
    // SAFETY: a name of a listing ends with NUL, and the call only reads it.
    let answer = unsafe name.withUnsafeBufferPointer {
      unsafe linux_renameat2(work.fd, $0.baseAddress!, made.fd, $0.baseAddress!)
    }
    try checked("renameat2", answer)
  }

  /// Changes the owner of an open file, where service and job have users of their own.
  private func give(_ fd: CInt, to user: UInt32, _ group: UInt32) throws(SystemCallFailure) {
    guard uid != service else { return }
    try checked("fchown", linux_fchown(fd, user, group))
  }

  /// Calls `body` with every regular file of `owner` in the folder that has no other name, open,
  /// and with its name.
  private func forEachFile(
    of owner: UInt32,
    _ body: (CInt, FolderListing.Name) throws(SystemCallFailure) -> Void
  ) throws(SystemCallFailure) {
    let reading = try File.open(".", LINUX_OPEN_FOLDER, in: work.fd)
    var listing = FolderListing()
    var all: [FolderListing.Name] = []
    while all.count < Self.namesMax, case let names = try listing.next(of: reading.fd),
      !names.isEmpty
    { all += names }
    if all.count >= Self.namesMax {
      report(
        SystemCallFailure(
          call: "getdents64", code: E2BIG, object: "only \(Self.namesMax) names are looked at"))
    }
    for name in all.prefix(Self.namesMax) {
      // SAFETY: a name of a listing ends with NUL, and the call only reads it.
      let opened = unsafe name.withUnsafeBufferPointer {
        unsafe linux_openat(work.fd, $0.baseAddress!, LINUX_OPEN_READ)
      }
      // A link, a socket, or gone.
      guard opened >= 0 else { continue }
      let file = Descriptor(adopting: opened)
      let status = try File.status(file.fd)
      guard status.kind == .regular, status.uid == owner, status.links == 1 else { continue }
      try body(file.fd, name)
    }
  }

  private func report(_ error: SystemCallFailure) {
    OperatorLog.error(
      "files.transfer_failed", "files of a job could not be handed over: \(error)",
      ["error": "\(error)"])
  }
}
