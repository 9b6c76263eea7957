internal import SystemBase

/// A small file or a link beneath /sys in the tree of an entry's jobs, as the host had it at the
/// start or at a reload. Jobs have a copy, not the kernel's own file.
package struct KernelFile: Hashable, Sendable {
  /// What is at the path.
  package enum Content: Hashable, Sendable {
    /// A file with this text.
    case text(String)
    /// A symbolic link with this target, which is relative.
    case link(String)
  }

  /// Files and links of one entry at most.
  package static let countMax = 512
  /// Bytes of a text or of a target at most: a page, as sysfs has it.
  package static let contentBytesMax = 4096

  /// Absolute path beneath /sys.
  package let path: String
  /// What jobs find there.
  package let content: Content

  /// A file or link; `areConfined` judges whether it may be made.
  package init(path: String, content: Content) {
    self.path = path
    self.content = content
  }

  /// Whether all of `files` can be made beneath /sys and nowhere else: no path is outside, goes
  /// through `..` or through a link of the list, or is there twice, and no target is absolute.
  package static func areConfined(_ files: [KernelFile]) -> Bool {
    var links: Set<String> = []
    for file in files {
      if case .link(let target) = file.content {
        guard target.utf8.first != UInt8(ascii: "/") else { return false }
        links.insert(file.path)
      }
    }
    let paths = Set(files.map(\.path))
    return files.count <= countMax && paths.count == files.count
      && paths.allSatisfy { isPlain($0) && !isBeneath($0, links) }
  }

  private static func isPlain(_ path: String) -> Bool {
    let parts = path.fields(separatedBy: "/")
    return parts.count > 1 && parts[0] == "sys" && path == "/" + parts.joined(separator: "/")
      && !parts.contains { $0 == "." || $0 == ".." }
  }

  private static func isBeneath(_ path: String, _ links: Set<String>) -> Bool {
    let parts = path.fields(separatedBy: "/").dropLast()
    return parts.indices.contains { index in
      links.contains("/" + parts[...index].joined(separator: "/"))
    }
  }
}
