import Glibc
import Synchronization

/// A folder that only root can write, as are all those above it: whitelist entries must be in such
/// a one, so neither /tmp nor a checkout will do. It goes when nobody holds it any more.
package final class RootFolder: Sendable {
  package let path: String

  package init() throws {
    let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    path = "\(Self.parent)/\(getpid())-\(random)"
    for attempt in 1... {
      _ = unsafe mkdir(Self.parent, 0o755)  // Another test may have made it.
      guard unsafe mkdir(path, 0o755) != 0 else { break }
      let code = errno
      // Another process may have removed the parent since, as the last one out.
      guard code == ENOENT, attempt < 1000 else { throw TestFailure("mkdir", path, code: code) }
    }
    try Files.setMode(0o755, of: path)
  }

  deinit { remove() }

  private static let parent = "/var/lib/http-runner-tests"

  /// The one that holds what all tests of this process share; removed at exit.
  package static let shared: Result<RootFolder, any Error> = Result {
    let folder = try RootFolder()
    atexit { try? RootFolder.shared.get().remove() }
    return folder
  }

  /// `name` beneath this folder.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes an executable script or program and answers its path.
  package func script(_ name: String, _ text: String) throws -> String {
    try Files.write(text, to: self(name), mode: 0o755)
    return self(name)
  }

  package func remove() {
    _ = try? CommandRun("/bin/rm", ["-rf", "--", path])
    _ = unsafe rmdir(Self.parent)  // Only the last one out succeeds.
  }
}
