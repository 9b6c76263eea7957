internal import Glibc
internal import Sandbox
internal import SystemBase

/// The folder of one trace: beneath it the FIFO that strace(1) writes to, the working folder of the
/// program, and what the trial needs. Removed with all that it holds.
///
/// SAFETY: each call reads a path as a C string or the bytes of an array; mkdtemp(3) writes within
/// its template, an array that ends with NUL.
final class TraceScratch {
  private static let parentFolder = "/tmp"

  let path: String
  var work: String { path + "/work" }
  var calls: String { path + "/calls" }
  var policy: String { path + "/policy.json5" }
  var report: String { path + "/report.json" }
  /// What stands at the places of passwd(5) and group(5) in the first run.
  var users: String { path + "/passwd" }
  var groups: String { path + "/group" }

  /// - Parameter owner: who the program runs as; nil for the caller.
  init(owner: FixedIdentity?) throws(StartFailure) {
    var name = Array("\(Self.parentFolder)/http-runner-trace.XXXXXX".utf8CString)
    let made = unsafe name.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    guard made else { throw Self.failure("mkdtemp", Self.parentFolder) }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do throws(StartFailure) {
      // Passed through by the program's user, and not read.
      try Self.check("chmod", path, unsafe chmod(path, 0o711))
      try Self.check("mkdir", work, unsafe mkdir(work, 0o700))
      try Self.check("mkfifo", calls, unsafe mkfifo(calls, 0o600))
      guard let owner else { return }
      for made in [work, calls] {
        try Self.check("chown", made, unsafe chown(made, owner.uid, owner.gid))
      }
      try writeAccounts(owner)
    } catch {
      remove()
      throw error
    }
  }

  /// The rows that a job finds, so that a program that asks for its name or home has the same
  /// answer in both runs.
  private func writeAccounts(_ owner: FixedIdentity) throws(StartFailure) {
    let job = "job:x:\(owner.uid):\(owner.gid)"
    try Self.write(
      "root:x:0:0:root:/:/usr/sbin/nologin\n\(job):job:\(work):/bin/sh\n", to: users)
    try Self.write("root:x:0:\njob:x:\(owner.gid):\n", to: groups)
    for made in [users, groups] { try Self.check("chmod", made, unsafe chmod(made, 0o644)) }
  }

  func remove() {
    let folder = unsafe open(Self.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    try? TreeRemoval.remove(String(path.dropFirst(Self.parentFolder.utf8.count + 1)), from: folder)
  }

  /// Makes or empties a file that only this user can read.
  static func write(_ text: String, to path: String) throws(StartFailure) {
    let fd = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard fd >= 0 else { throw failure("open", path) }
    defer { close(fd) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(fd, $0.baseAddress!, $0.count) }
      guard count > 0 || errno == EINTR else { throw failure("write", path) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private static func check(
    _ call: String, _ object: String, _ answer: CInt
  ) throws(StartFailure) {
    guard answer == 0 else { throw failure(call, object) }
  }

  private static func failure(_ call: String, _ object: String) -> StartFailure {
    .system("\(call) \(object): \(ErrorCode.message(errno)).")
  }
}
