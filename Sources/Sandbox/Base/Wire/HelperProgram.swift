internal import CLaunch
internal import CLinux
internal import Glibc
internal import SystemBase

/// One of our own programs, to be started with a channel as its descriptor 3.
///
/// SAFETY: `argv` and `envp` end with nil and lead into `block`, which closures keep in place until
/// `launch_helper` returns: after exec or the end of the child (CLONE_VFORK).
package struct HelperProgram: ~Copyable {
  private let executable: Descriptor

  /// The descriptor that the program finds its channel at.
  package static let channelFD: CInt = 3

  /// Opens the program.
  ///
  /// - Parameter path: followed if it is a link.
  /// - Throws: `SystemCallFailure` of open(2).
  package init(path: String) throws(SystemCallFailure) {
    let fd = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    self.executable = Descriptor(adopting: try checked("open", path, fd < 0 ? -errno : fd))
  }

  /// The program behind a link of /proc, for instance this very one.
  ///
  /// - Throws: `SystemCallFailure` of open(2).
  package init(ofProcess link: String) throws(SystemCallFailure) {
    try self.init(path: link)
  }

  /// Starts it in a session of its own, with nothing inherited but standard error and `channel`.
  ///
  /// - Parameter log: how it writes its lines, and all that it starts.
  /// - Returns: its process id. It is a child of this process, which has to wait for it.
  /// - Throws: `SystemCallFailure` of clone3(2) or execveat(2).
  package func start(
    channel: borrowing Channel, arguments: [String], log: LogFormat = .ofProcess
  ) throws(SystemCallFailure) -> Int32 {
    let null = try File.open("/dev/null", LINUX_OPEN_READ_WRITE)
    var block: [UInt8] = []
    var starts: [Int] = []
    let environment = [
      "PATH=\(JobEnvironment.path)", "LANG=\(JobEnvironment.language)",
      "\(LogFormat.variable)=\(log.text)",
    ]
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
          unsafe launch_helper(
            executable.fd, channel.fd, null.fd, argv.baseAddress!,
            envp.baseAddress!)
        }
      }
    }
    return try checked("clone3", arguments.first ?? "", pid)
  }
}
