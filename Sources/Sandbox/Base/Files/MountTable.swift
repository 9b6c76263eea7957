internal import CLinux
internal import Glibc
internal import SystemBase

/// The mounts of the calling process's namespace, by /proc/self/mountinfo (proc(5)). Reading it
/// asks no file system.
package struct MountTable {
  /// One mount.
  package struct Row: Equatable {
    /// Absolute path of the mount point.
    package let mountPoint: String
    /// As the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`.
    package let type: String
  }

  /// In the order in which they were made.
  package let rows: [Row]

  /// A host of some thousand mounts.
  private static let bytesMax = 4 << 20

  /// The mounts of a text in the format of mountinfo; lines of another form are left out.
  package init(_ text: String) {
    rows = text.fields(separatedBy: "\n").compactMap(Self.row)
  }

  /// The mounts as they are now.
  ///
  /// - Throws: `SystemCallFailure` where /proc/self/mountinfo cannot be read.
  package static func current() throws(SystemCallFailure) -> MountTable {
    MountTable(try File.text("/proc/self/mountinfo", bytesMax: bytesMax))
  }

  private static func row(_ line: Substring) -> Row? {
    let fields = line.fields(separatedBy: " ")
    guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else {
      return nil
    }
    return Row(mountPoint: unescaped(fields[4]), type: String(fields[dash + 1]))
  }

  /// Blanks, tabs, newlines and backslashes of a name are octal there.
  private static func unescaped(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The mount that `path` is on: the last one made at the longest mount point above it.
  package func mount(of path: String) -> Row? {
    rows.filter { Self.contains($0.mountPoint, path) }
      .reduce(nil) { best, row in
        (best?.mountPoint.utf8.count ?? 0) > row.mountPoint.utf8.count ? best : row
      }
  }

  /// Whether an automounter serves `path` or something beneath it.
  package func hasAutomount(at path: String) -> Bool {
    rows.contains { $0.type == "autofs" && Self.contains(path, $0.mountPoint) }
  }

  private static func contains(_ folder: String, _ path: String) -> Bool {
    folder == "/" || path == folder || path.hasPrefix(folder + "/")
  }
}
