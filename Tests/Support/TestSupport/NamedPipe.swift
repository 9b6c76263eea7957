import Glibc

/// A pipe by name that any user may open (fifo(7)): a job that reads from it goes on until the test
/// closes it. Open here for reading and writing, so that neither side waits for the other to open.
package final class NamedPipe {
  private var file: Int32

  /// Makes it, and opens it.
  ///
  /// - Throws: `TestFailure` of mkfifo(3), chmod(2) or open(2).
  package init(_ path: String) throws {
    guard unsafe mkfifo(path, 0o666) == 0, unsafe chmod(path, 0o666) == 0 else {
      throw TestFailure("mkfifo", path, code: errno)
    }
    file = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw TestFailure("open", path, code: errno) }
  }

  deinit { close() }

  /// Writes a line.
  ///
  /// - Throws: `TestFailure` of write(2).
  package func write(line: String) throws {
    let bytes = Array((line + "\n").utf8)
    guard unsafe Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw TestFailure("write to the pipe", line, code: errno)
    }
  }

  /// Closes this end: who reads comes to the end. Does nothing the second time.
  package func close() {
    if file >= 0 { Glibc.close(file) }
    file = -1
  }
}
