/// Work on paths as text.
enum TracedPaths {
  /// `path` in the one spelling that names it; links are left as they are.
  static func absolute(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    var parts: [Substring] = []
    for part in whole.split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// A device's object has its numbers behind the path: `/dev/null<char 1:3>`.
  static func withoutDevice(_ object: String) -> String {
    guard object.hasSuffix(">"), let bracket = object.lastIndex(of: "<") else { return object }
    return String(object[..<bracket])
  }

  static func isWithin(_ path: String, _ folder: String) -> Bool {
    path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
  }

  static func parent(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  /// Whether granting the folder would grant much more than was used.
  static func isWide(_ folder: String) -> Bool {
    let parts = folder.split(separator: "/")
    guard parts.count > 1 else { return true }
    return parts.count == 2 && (parts[0] == "home" || wide.contains(folder))
  }

  private static let wide: Set<String> = [
    "/var/lib", "/var/cache", "/var/log", "/var/run", "/run/user",
  ]

  /// From so many names on in one folder, it is the folder that is meant.
  static let siblingsMax = 3

  /// As few paths as name all of `paths` and nothing wide: siblings become their folder, and what
  /// is within another goes.
  static func coalesced(_ paths: Set<String>) -> [String] {
    var current = paths
    while true {
      var byFolder: [String: Int] = [:]
      for path in current { byFolder[parent(of: path), default: 0] += 1 }
      let full = byFolder.filter { $0.value > siblingsMax && !isWide($0.key) }.map(\.key)
      if full.isEmpty { break }
      current = current.filter { path in !full.contains { isWithin(path, $0) } }.union(full)
    }
    return withoutCovered(current)
  }

  static func withoutCovered(_ paths: Set<String>) -> [String] {
    var kept: [String] = []
    for path in paths.sorted() where !kept.contains(where: { isWithin(path, $0) }) {
      kept.append(path)
    }
    return kept
  }
}
