internal import CLinux
internal import SystemBase

/// Where a path of policy leads that goes through symbolic links. It is found out once, at the
/// start and at a reload; a launch follows no link.
package enum LinkedPath {
  /// What was found on the way to a path.
  package enum Outcome: Hashable, Sendable {
    /// No symbolic link, as far as the way could be walked.
    case direct
    /// The path without links, which need not be there.
    case leads(to: String)
    /// A link that is not followed, and why: a sentence.
    case refused(String)
  }

  private static let linksMax = 40  // As the kernel's MAXSYMLINKS.

  /// Walks the way to `path`. A link is followed where only root or `owner` can change any folder
  /// that was walked up to it. File systems that a server answers for are not entered.
  ///
  /// - Parameters:
  ///   - path: absolute.
  ///   - owner: whose folders are trusted beside root's.
  /// - Throws: `SystemCallFailure` where the mounts of the host cannot be read.
  package static func resolve(
    _ path: String, trusting owner: UInt32 = 0
  ) throws(SystemCallFailure) -> Outcome {
    var search = Search(path, owner: owner, remote: try RemoteMountTable.current())
    return search.run()
  }

  /// The way to one path, as far as it was walked.
  private struct Search {
    let path: String
    let owner: UInt32
    let remote: RemoteMountTable
    var done: [String] = []
    /// Last component first, as a stack.
    var pending: [String]
    var linkCount = 0
    /// The first folder on the way that others can change.
    var openFolder: String?

    init(_ path: String, owner: UInt32, remote: RemoteMountTable) {
      self.path = path
      self.owner = owner
      self.remote = remote
      self.pending = Self.components(of: path)
    }

    static func components(of path: String) -> [String] {
      path.fields(separatedBy: "/").filter { $0 != "." }.reversed().map(String.init)
    }

    mutating func run() -> Outcome {
      while let component = pending.popLast() {
        if component == ".." {
          done = done.dropLast()
          continue
        }
        let current = "/" + (done + [component]).joined(separator: "/")
        guard remote.type(at: current) == nil, let status = Self.status(of: current) else {
          done.append(component)
          break
        }
        guard status.kind == .link else {
          if status.kind == .folder, !isSafe(status) { openFolder = openFolder ?? current }
          done.append(component)
          continue
        }
        if let refusal = follow(current) { return .refused(refusal) }
      }
      guard linkCount > 0 else { return .direct }
      let rest = Array(pending.reversed())
      guard !rest.contains("..") else { return .refused("`\(path)` leads through `..` of a link.") }
      return .leads(to: "/" + (done + rest).joined(separator: "/"))
    }

    private func isSafe(_ status: File.Status) -> Bool {
      (status.uid == 0 || status.uid == owner) && !status.isWritableByOthers
    }

    /// - Returns: why the link is not followed; nil where it is.
    private mutating func follow(_ link: String) -> String? {
      linkCount += 1
      guard linkCount <= LinkedPath.linksMax else { return "It has too many symbolic links." }
      if let openFolder {
        return "\(link) is a symbolic link, and others than root may change \(openFolder). Name "
          + "the path that it leads to: realpath \(path)"
      }
      guard let target = Self.target(of: link) else { return "\(link) cannot be read." }
      if target.hasPrefix("/") { done = [] }
      pending.append(contentsOf: Self.components(of: target))
      return nil
    }

    /// Nil where there is nothing, or it cannot be looked at: the path mounter says so.
    private static func status(of path: String) -> File.Status? {
      do throws(SystemCallFailure) {
        let handle = try File.open(path, LINUX_OPEN_PATH)
        return try File.status(handle.fd)
      } catch {
        return nil
      }
    }

    private static func target(of path: String) -> String? {
      do throws(SystemCallFailure) {
        let handle = try File.open(path, LINUX_OPEN_PATH)
        return try File.linkTarget(handle.fd)
      } catch {
        return nil
      }
    }
  }
}
