internal import CLaunch
internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// A program of the system that a tool of the command line needs beside it, with the caller's
/// rights. Jobs are never started this way: nothing is confined.
///
/// SAFETY: each call writes within a local variable or buffer of the size that it is given, and the
/// pointers of `start` lead into arrays that closures keep in place until `launch_tool` returns.
package struct ToolProgram: ~Copyable {
  /// Process id of the program: a child of this process, which has to wait for it.
  package let pid: Int32

  /// How it ended.
  package struct End: Hashable, Sendable {
    /// True when `value` is a signal's number, false when it is an exit code.
    package let isSignal: Bool
    /// Exit code, 0 to 255, or number of the signal that ended it (signal(7)).
    package let value: Int32
  }

  /// Starts it. The caller has one thread and every signal blocked (`ProcessSignals.blockAll`).
  ///
  /// - Parameters:
  ///   - path: the executable, followed if it is a link.
  ///   - arguments: with the program's name first.
  ///   - environment: all of it, as `NAME=value`.
  ///   - folder: its working folder.
  ///   - streams: what become its descriptors 0, 1 and 2.
  /// - Throws: `SystemCallFailure` when it cannot be executed; nothing is left of it then.
  package static func start(
    _ path: String, arguments: [String], environment: [String], folder: String,
    streams: [Int32] = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
  ) throws(SystemCallFailure) -> ToolProgram {
    precondition(streams.count == 3)
    let fd = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    let executable = Descriptor(adopting: try checked("open", path, fd < 0 ? -errno : fd))
    let folderHandle = try File.open(folder, LINUX_OPEN_FOLDER)
    var block: [UInt8] = []
    var starts: [Int] = []
    for text in arguments + environment {
      starts.append(block.count)
      block.append(contentsOf: text.utf8)
      block.append(0)
    }
    let pid = unsafe block.withUnsafeBytes { bytes in
      let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { unsafe base + $0 }
      let argv = unsafe Array(pointers.prefix(arguments.count)) + [nil]
      let envp = unsafe Array(pointers.suffix(environment.count)) + [nil]
      return unsafe argv.withUnsafeBufferPointer { argv in
        unsafe envp.withUnsafeBufferPointer { envp in
          unsafe streams.withUnsafeBufferPointer { streams in
            unsafe launch_tool(
              executable.fd, folderHandle.fd, streams.baseAddress!, argv.baseAddress!,
              envp.baseAddress!)
          }
        }
      }
    }
    return ToolProgram(pid: try checked("execve", path, pid))
  }

  private init(pid: Int32) {
    self.pid = pid
  }

  /// Reads what comes out of a FIFO until the program has ended and nothing is left in it.
  ///
  /// - Parameter fd: the reading end, non-blocking. Writers other than the program may come
  ///   and go; those that outlive it are not waited for.
  /// - Throws: `SystemCallFailure` of pidfd_open(2), epoll(7) or read(2); the program still has to
  ///   be waited for.
  package func read(
    _ fd: Int32, whileRunning handle: (ArraySlice<UInt8>) -> Void
  ) throws(SystemCallFailure) {
    let process = Descriptor(adopting: try checked("pidfd_open", linux_pidfd_open(pid)))
    let poller = try Poller()
    try poller.add(process.fd, .read, token: 0)
    try poller.add(fd, .read, token: 1)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var hasEnded = false
    var hasBegun = false
    while true {
      let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
        unsafe linux_read(fd, part.baseAddress!, UInt64(part.count))
      }
      if count > 0 {
        handle(buffer.prefix(Int(count)))
        hasBegun = true
        continue
      }
      if count != 0, count != -Int64(EAGAIN) { try checked("read", count) }
      // Looked at once more after the end: the last lines come just before it.
      guard !hasEnded else { return }
      // A FIFO whose writers are all gone is readable for ever; before the first it is not.
      if count == 0, hasBegun { poller.remove(fd) }
      let events = try poller.wait(timeoutMilliseconds: nil)
      hasEnded = events.contains { $0.token == 0 }
    }
  }

  /// Waits for the end, and reaps it.
  ///
  /// - Throws: `SystemCallFailure` of wait4(2), for instance ECHILD where it was reaped before.
  package consuming func wait() throws(SystemCallFailure) -> End {
    var end = linux_child_end()
    try checked("waitid", unsafe linux_wait4(pid, &end))
    return End(isSignal: end.is_signal == 1, value: end.value)
  }
}
