import Glibc

/// A program that was run to its end outside any sandbox, as root, and what it printed.
package struct CommandRun: Sendable {
  package let ending: Child.Ending
  package let stdout: String
  package let stderr: String

  /// - Throws: `TestFailure` if it cannot be started or does not end in time.
  package init(
    _ path: String, _ arguments: [String] = [],
    environment: [String: String] = ["PATH": Child.plainPath],
    folder: String? = nil, seconds: Double = patienceSeconds
  ) throws {
    let out = try Self.unnamedFile()
    defer { close(out) }
    let error = try Self.unnamedFile()
    defer { close(error) }
    let child = try Child(
      path, arguments, environment: environment, folder: folder, descriptors: (-1, out, error))
    ending = try child.wait(seconds: seconds)
    stdout = Self.text(of: out)
    stderr = Self.text(of: error)
  }

  /// Files rather than pipes: nothing that prints much has to be read while it runs.
  private static func unnamedFile() throws -> CInt {
    var name = Array("/tmp/http-runner-test-XXXXXX".utf8CString)
    let file = unsafe name.withUnsafeMutableBufferPointer { name in
      let file = unsafe mkstemp(name.baseAddress!)
      if file >= 0 { unsafe unlink(name.baseAddress!) }
      return file
    }
    guard file >= 0 else { throw TestFailure("mkstemp", "/tmp", code: errno) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    return file
  }

  /// Opened anew, with a position of its own: what was left running may still write.
  private static func text(of file: CInt) -> String {
    String(decoding: Files.bytes(of: "/proc/self/fd/\(file)") ?? [], as: UTF8.self)
  }
}
