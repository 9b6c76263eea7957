internal import Glibc
internal import SandboxBase

/// Folders, small files and links of /dev, /sys and /proc. What is not there, or cannot be read, is
/// nil or empty: drivers differ in what they show.
struct KernelTree: Sendable {
  /// Folder that stands for `/`; empty for the host's own.
  var root = ""

  /// Bytes of a file at most: a page, as sysfs has it.
  private static let textBytesMax = KernelFile.contentBytesMax

  /// Names in a folder, sorted by length and then by text: `renderD9` comes before `renderD10`.
  func names(in folder: String) -> [String] {
    do throws(SystemCallFailure) {
      return try FolderListing.names(in: root + folder).sorted { first, second in
        (first.utf8.count, first) < (second.utf8.count, second)
      }
    } catch {
      return []
    }
  }

  /// Whether something is at the path.
  func has(_ path: String) -> Bool {
    // SAFETY: access(2) reads the path as a C string.
    unsafe access(root + path, F_OK) == 0
  }

  /// The text of a file, without what is beyond a page.
  func text(at path: String) -> String? {
    do throws(SystemCallFailure) {
      let text = try File.text(root + path, bytesMax: Self.textBytesMax)
      // What no message of ours could carry is not shown.
      return text.utf8.count <= Self.textBytesMax && !text.utf8.contains(0) ? text : nil
    } catch {
      return nil
    }
  }

  /// The target of a symbolic link where it is relative, as all of sysfs are.
  func target(of link: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: Self.textBytesMax)
    // SAFETY: readlink(2) reads the path as a C string and writes at most the size of the buffer.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe readlink(
        root + link, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard count > 0, count < bytes.count else { return nil }
    let target = String(validating: bytes.prefix(count), as: UTF8.self)
    return target.flatMap { $0.utf8.first == UInt8(ascii: "/") ? nil : $0 }
  }

  /// Where a path beneath /sys leads: a path beneath /sys/devices without links.
  func devicePath(of path: String) -> String? {
    // SAFETY: with nil, realpath(3) answers with a text of its own, which ends with a zero and is
    // freed once, after it was copied.
    guard let real = unsafe realpath(root + path, nil) else { return nil }
    defer { unsafe free(real) }
    let found = unsafe String(cString: real)
    guard found.hasPrefix(root + "/sys/devices/") else { return nil }
    return String(found.dropFirst(root.count))
  }

  /// Why the device cannot be opened for reading and writing; nil where it can.
  func openFault(of device: String) -> String? {
    // SAFETY: open(2) reads the path as a C string; the descriptor is closed once, here.
    let fd = unsafe open(root + device, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard fd < 0 else {
      close(fd)
      return nil
    }
    return "\(SystemCallFailure(call: "open", code: errno, object: device))"
  }
}
