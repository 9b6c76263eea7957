internal import Glibc
internal import RunnerConfiguration
internal import SystemBase

/// The file of `--config` and of `check`.
///
/// SAFETY: each system call reads the path as a C string, or writes within a local variable or
/// buffer whose size it is given.
struct ConfigurationFile {
  let bytes: [UInt8]
  /// Whether group or others may read it too.
  let isOpen: Bool

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - mustBeSafe: refuse a file that others than root and the one who starts the service can
  ///     write: it decides what runs.
  ///   - bytesMax: of a longer file one byte more is read, which its parser refuses.
  /// - Throws: `ConfigurationRefusal` with one problem.
  static func read(
    _ path: String, mustBeSafe: Bool, bytesMax: Int = JSON5Parser.bytesMax
  ) throws(ConfigurationRefusal) -> ConfigurationFile {
    // Without O_NONBLOCK opening a FIFO would block until it has a writer.
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard fd >= 0 else { throw refusal("The file cannot be opened: \(message(errno)).") }
    defer { close(fd) }
    var status = stat()
    guard unsafe fstat(fd, &status) == 0 else {
      throw refusal("The file cannot be looked at: \(message(errno)).")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw refusal("It is not a regular file.") }
    if mustBeSafe { try check(status) }
    return ConfigurationFile(
      bytes: try contents(of: fd, bytesMax), isOpen: status.st_mode & (S_IRGRP | S_IROTH) != 0)
  }

  /// The configuration of the file together with a command line.
  ///
  /// - Throws: also where it holds secrets, and others may read it.
  func configuration(
    _ commandLine: CommandLineSettings, host: HostInfo
  ) throws(ConfigurationRefusal) -> Configuration {
    let configuration = try ConfigurationReader.read(bytes, commandLine: commandLine, host: host)
    guard !isOpen || configuration.service.callbacks.secrets.isEmpty else {
      throw Self.refusal(
        "It holds callbacks.secrets, and group or others may read it. Take that away: chmod go-r; "
          + "and make new secrets if anybody could have read these.")
    }
    return configuration
  }

  private static func check(_ status: stat) throws(ConfigurationRefusal) {
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw refusal(
        "The user \(status.st_uid) owns the file and could change what runs. Give it to root.")
    }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw refusal("Group or others may write the file. Take that away: chmod go-w.")
    }
  }

  private static func contents(
    of fd: CInt, _ bytesMax: Int
  ) throws(ConfigurationRefusal) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // One byte more than is taken shows that there are too many.
    while bytes.count <= bytesMax {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(fd, $0.baseAddress!, $0.count)
      }
      guard count >= 0 else { throw refusal("The file cannot be read: \(message(errno)).") }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    return bytes
  }

  private static func message(_ code: CInt) -> String {
    ErrorCode.message(code)
  }

  private static func refusal(_ text: String) -> ConfigurationRefusal {
    ConfigurationRefusal(problems: [ConfigurationProblem(nil, "", text)])
  }
}
