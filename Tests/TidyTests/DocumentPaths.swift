/// Paths in documents: each leads to a file or folder of the repository.
enum DocumentPaths {
  /// Ends of file names that are paths wherever a document has them. Headers may be the system's.
  private static let codeEndings = [".swift", ".c", ".sh", ".py"]
  private static let rootFolders = ["Sources/", "Tests/", "docs/", "scripts/", "packaging/"]
  /// Folders of what is built, which a fresh clone does not have.
  private static let built = [".build/"]

  /// Documents of the repository that name files of it.
  static func documents(in files: [SourceFile]) -> [SourceFile] {
    files.filter { $0.path.hasSuffix(".md") }
  }

  static func findings(in document: SourceFile, files: Set<String>) -> [Finding] {
    document.lines.enumerated().flatMap { index, line in
      (links(in: line).filter { !leads($0, from: document.path, files: files) }
        + words(of: line).filter { isPath($0) && !exists($0, files: files) })
        .map {
          Finding(
            path: document.path, line: index + 1,
            message: "`\($0)` is no file and no folder here: a reader who follows it is lost."
              + " Name what took its place.")
        }
    }
  }

  /// Targets of `[text](target)` without those of other hosts and of this page.
  static func links(in line: String) -> [String] {
    line.split(separator: "](").dropFirst().compactMap { rest in
      let target = rest.prefix { $0 != ")" && $0 != "#" }
      return target.isEmpty || target.contains("://") ? nil : String(target)
    }
  }

  /// Whether a link leads somewhere, seen from the folder of its page.
  private static func leads(_ link: String, from page: String, files: Set<String>) -> Bool {
    var folders = page.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") {
      switch part {
      case "..":
        guard !folders.isEmpty else { return false }
        folders.removeLast()
      case ".": break
      default: folders.append(String(part))
      }
    }
    return isThere(folders.joined(separator: "/"), files: files)
  }

  private static func words(of line: String) -> [String] {
    let marks: Set<Character> = ["/", ".", "_", "-", "+", "…"]
    return line.split { !$0.isLetter && !$0.isNumber && !marks.contains($0) }.map { word in
      String(word.reversed().drop { $0 == "." || $0 == "-" }.reversed())
    }
  }

  private static func isPath(_ word: String) -> Bool {
    guard !word.hasPrefix("/"), !word.contains("…"), !built.contains(where: { word.hasPrefix($0) })
    else { return false }
    return rootFolders.contains { word.hasPrefix($0) && word.count > $0.count }
      || (codeEndings.contains { word.hasSuffix($0) } && word.first != ".")
  }

  /// A path from the root, a file by the end of its path, or the beginning of one that was cut.
  private static func exists(_ word: String, files: Set<String>) -> Bool {
    isThere(word, files: files) || files.contains { $0.hasSuffix("/" + word) || $0 == word }
  }

  private static func isThere(_ path: String, files: Set<String>) -> Bool {
    let folder = path.hasSuffix("/") ? path : path + "/"
    return files.contains(path) || files.contains { $0.hasPrefix(folder) }
  }

  /// Pages below docs that no index links: that of their own folder, or docs/README.md.
  static func unlisted(in files: [SourceFile]) -> [Finding] {
    let pages = files.filter { $0.isBelow("docs") && $0.path.hasSuffix(".md") }
    let indexes = pages.filter { $0.name == "README.md" }
    return pages.filter { page in
      !indexes.contains { index in
        let folder = index.path.dropLast("README.md".count)
        return page.path.hasPrefix(folder) && page.path != index.path
          && index.lines.flatMap(links).contains(String(page.path.dropFirst(folder.count)))
      }
    }.filter { $0.path != "docs/README.md" }.map {
      Finding(
        path: $0.path, line: 0,
        message: "no README.md of docs links it: a page that the index lacks is not found")
    }
  }
}
