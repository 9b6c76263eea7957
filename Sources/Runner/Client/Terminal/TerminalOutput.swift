import Glibc

/// What the client itself prints: results on standard output, sentences on standard error, and, on
/// a terminal, one status line that is drawn over itself.
///
/// SAFETY: write(2) reads the bytes of an array, as many as it has from the offset on.
final class TerminalOutput {
  /// Whether standard error is a terminal that can draw over a line.
  let isStatusShown: Bool
  private var shownStatus = ""

  init(_ environment: ClientEnvironment, isQuiet: Bool = false) {
    let terminal = environment.value(of: "TERM") ?? "dumb"
    isStatusShown = isatty(STDERR_FILENO) == 1 && terminal != "dumb" && !isQuiet
  }

  /// A sentence for people, on a line of its own.
  func say(_ sentence: String) {
    erase()
    Self.write("http-runner: \(Self.plain(sentence))\n", to: STDERR_FILENO)
  }

  /// Draws the status line, cut to the width of the terminal.
  func show(_ status: String) {
    guard isStatusShown, status != shownStatus else { return }
    let text = String(Self.plain(status).prefix(Self.columns - 1))
    Self.write("\r\u{1b}[K\(text)", to: STDERR_FILENO)
    shownStatus = status
  }

  /// Takes the status line away, before anything else is printed.
  func erase() {
    guard !shownStatus.isEmpty else { return }
    Self.write("\r\u{1b}[K", to: STDERR_FILENO)
    shownStatus = ""
  }

  /// A result; ends the process where what reads it has closed it, as SIGPIPE would.
  func emit(line: [UInt8]) { emit(line + [UInt8(ascii: "\n")]) }

  /// The same for a text.
  func emit(line: String) { emit(line: Array(line.utf8)) }

  /// The same for bytes as they are.
  func emit(_ bytes: [UInt8]) {
    erase()
    guard Self.write(bytes, to: STDOUT_FILENO) else { exit(ClientExit.outputClosed.rawValue) }
  }

  /// Text of others, without what would steer a terminal or forge a line.
  static func plain(_ text: String) -> String {
    var filter = TerminalFilter()
    let bytes = filter.shown(text.utf8).map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Columns of the terminal on standard error; 80 where it does not say.
  private static var columns: Int {
    var size = winsize()
    // SAFETY: ioctl(2) with TIOCGWINSZ writes one winsize.
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else {
      return 80
    }
    return Int(size.ws_col)
  }

  private static func write(_ text: String, to fd: CInt) { _ = write(Array(text.utf8), to: fd) }

  /// - Returns: false where it cannot be written.
  private static func write(_ bytes: [UInt8], to fd: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(fd, $0.baseAddress!, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var wait = pollfd(fd: fd, events: CShort(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
