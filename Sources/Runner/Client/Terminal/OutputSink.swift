import Glibc

/// Where one stream of a job goes: standard output or standard error, byte for byte; on a terminal
/// through `TerminalFilter`. It never waits: what is not taken at once is kept, and the transfer
/// pauses.
///
/// SAFETY: write(2) reads at most as many bytes as the buffer that it is given has.
final class OutputSink {
  /// What became of bytes.
  enum Verdict {
    case taken
    /// None of them: there is room once `flush` has done some.
    case full
    /// The other end is closed, or the disk is full: an errno.
    case failed(Int32)
  }

  private enum Kind {
    /// A pipe with a file description of its own, which does not block.
    case pipe(CInt)
    /// A terminal, or a pipe that cannot be opened again: poll(2) says that PIPE_BUF bytes fit.
    case polled
    /// A file, which takes all.
    case file
  }

  /// Bytes that are kept at most before one is refused: what reads a pipe is not woken for each
  /// piece that comes.
  private static let keptBytesMax = 1 << 20

  let fd: CInt
  let isTerminal: Bool
  private let kind: Kind
  private var filter: TerminalFilter?
  private var kept: ArraySlice<UInt8> = []
  private let willWrite: () -> Void
  /// Whether the last byte that was written ended a line, or there was none.
  private(set) var isAtLineStart = true
  private(set) var failure: Int32?

  /// - Parameters:
  ///   - isRaw: nothing is taken out for a terminal.
  ///   - willWrite: called before bytes go to a terminal.
  init(_ fd: CInt, isRaw: Bool, willWrite: @escaping () -> Void) {
    self.fd = fd
    self.willWrite = willWrite
    isTerminal = isatty(fd) == 1
    filter = isTerminal && !isRaw ? TerminalFilter() : nil
    kind = isTerminal ? .polled : Self.kind(of: fd)
  }

  deinit {
    if case .pipe(let own) = kind { close(own) }
  }

  /// A description of its own, since O_NONBLOCK on the given one would be seen by all who share it.
  private static func kind(of fd: CInt) -> Kind {
    var status = stat()
    guard unsafe fstat(fd, &status) == 0 else { return .file }
    let type = status.st_mode & S_IFMT
    guard type == S_IFIFO else { return type == S_IFSOCK ? .polled : .file }
    let own = unsafe open("/proc/self/fd/\(fd)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard own >= 0 else { return .polled }
    // A larger pipe lets both sides run for longer at a time; it stays as it is where it may not
    // be.
    _ = fcntl(own, setPipeSize, CInt(keptBytesMax))
    return .pipe(own)
  }

  /// The descriptor that is to be writable before `flush`; nil where nothing is kept.
  var awaited: CInt? {
    guard !kept.isEmpty, failure == nil else { return nil }
    if case .pipe(let own) = kind { return own }
    return fd
  }

  /// Whether more is taken.
  var hasRoom: Bool { kept.count < Self.keptBytesMax / 2 || failure != nil }

  /// Whether all that was taken is written.
  var isFlushed: Bool { kept.isEmpty || failure != nil }

  /// Takes bytes, all or none.
  func write(_ bytes: ArraySlice<UInt8>) -> Verdict {
    if let failure { return .failed(failure) }
    guard kept.count < Self.keptBytesMax else { return .full }
    if isTerminal { willWrite() }
    if var filter {
      kept += filter.shown(bytes)
      self.filter = filter
    } else if kept.isEmpty {
      kept = bytes
    } else {
      kept += bytes
    }
    flush()
    return failure.map { .failed($0) } ?? .taken
  }

  /// Writes what is kept, as far as it is taken now.
  func flush() {
    guard !kept.isEmpty, failure == nil else { return }
    let count = unsafe kept.withUnsafeBytes { unsafe writeSome($0) }
    kept = kept.dropFirst(count)
  }

  /// - Returns: how many bytes were taken.
  private func writeSome(_ bytes: UnsafeRawBufferPointer) -> Int {
    var done = 0
    while done < bytes.count, failure == nil {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe writeOnce(rest)
      if count > 0 {
        done += count
      } else if count == 0 || errno == EAGAIN {
        break
      } else if errno != EINTR {
        failure = errno
      }
    }
    if done > 0 { isAtLineStart = unsafe bytes[done - 1] == UInt8(ascii: "\n") }
    return done
  }

  /// write(2); 0 where it would wait.
  private func writeOnce(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .pipe(let own): return unsafe Glibc.write(own, bytes.baseAddress!, bytes.count)
    case .file: return unsafe Glibc.write(fd, bytes.baseAddress!, bytes.count)
    case .polled:
      var wait = pollfd(fd: fd, events: CShort(POLLOUT), revents: 0)
      guard unsafe poll(&wait, 1, 0) > 0 else { return 0 }
      return unsafe Glibc.write(fd, bytes.baseAddress!, min(bytes.count, Self.atomicBytes))
    }
  }

  /// F_SETPIPE_SZ of fcntl(2), which Glibc shows to C alone.
  private static let setPipeSize: CInt = 1031

  /// PIPE_BUF: a pipe or terminal that is writable takes as many without waiting (pipe(7)).
  private static let atomicBytes = 4096
}
