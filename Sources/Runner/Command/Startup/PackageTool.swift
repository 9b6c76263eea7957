internal import Glibc
internal import SandboxBase
internal import SandboxClient
internal import SystemBase

/// dpkg-query(1), which tells what the packages of a Debian host own and need.
enum PackageTool {
  private static let path = "/usr/bin/dpkg-query"
  private static let environment = ["LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]

  /// Whether this host has it.
  ///
  /// SAFETY: access(2) reads a text that ends with a zero.
  static var isInstalled: Bool { unsafe access(path, X_OK) == 0 }

  /// What it prints. The caller has one thread and every signal blocked.
  ///
  /// - Parameter arguments: without the program's name. What they name and the host has not is left
  ///   out of the answer.
  /// - Throws: `StartFailure` where it cannot be run.
  static func output(_ arguments: [String]) throws(StartFailure) -> String {
    // SAFETY: open(2) reads a text that ends with a zero; pipe(2) writes two numbers, for which the
    // array has room.
    var ends: [CInt] = [-1, -1]
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { throw failure("/dev/null") }
    defer { close(null) }
    guard unsafe pipe(&ends) == 0 else { throw failure("pipe") }
    defer { close(ends[0]) }
    // Nothing else is started meanwhile. Only the reading end is non-blocking: the tool knows
    // nothing of EAGAIN.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else { throw failure("fcntl") }
    var bytes: [UInt8] = []
    do throws(SystemCallFailure) {
      let tool = try start(arguments, null: null, output: ends[1])
      try tool.read(ends[0]) { bytes += $0 }
      _ = try tool.wait()
    } catch {
      throw .system("\(path) could not be run: \(error).")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func start(
    _ arguments: [String], null: CInt, output: CInt
  ) throws(SystemCallFailure) -> ToolProgram {
    defer { close(output) }
    return try ToolProgram.start(
      path, arguments: ["dpkg-query"] + arguments, environment: environment, folder: "/",
      streams: [null, output, null])
  }

  private static func failure(_ call: String) -> StartFailure {
    .system("\(path): \(call): \(ErrorCode.message(errno)).")
  }
}
