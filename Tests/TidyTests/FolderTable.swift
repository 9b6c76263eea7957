/// The folders of each target, lowest first: code uses the types of folders below its own only.
///
/// Imports hold the order of targets; inside one the compiler lets everything use everything.
enum FolderTable {
  struct Target: Sendable {
    let path: String
    let folders: [Folder]
  }

  struct Folder: Sendable {
    let name: String
    /// What lives here, as one sentence.
    let subject: String

    init(_ name: String, _ subject: String) {
      self.name = name
      self.subject = subject
    }
  }

  /// docs/folders.md: every folder with its subject, in order.
  static var page: String {
    let parts = targets.map { target in
      let rows = target.folders.map { "| `\(target.path)/\($0.name)` | \($0.subject) |" }
      return "## \(target.path)\n\n| folder | what lives here |\n| --- | --- |\n"
        + rows.joined(separator: "\n") + "\n"
    }
    return """
      # Folders

      What lives where, lowest first: code uses the types of folders above it in these tables, \
      never of those below it. Made from `Tests/TidyTests/FolderTable+targets.swift` by \
      `make docs`; a test holds the order.

      """ + "\n" + parts.joined(separator: "\n")
  }

  /// Uses of a type of a higher folder, one finding for each file and type.
  static func findings(in files: [SourceFile], targets: [Target] = targets) -> [Finding] {
    targets.flatMap { target in
      let inside = files.filter { $0.isSwift && $0.isBelow(target.path) }
      return unknown(inside, target) + upward(inside, target)
    }
  }

  private static func folder(of file: SourceFile, in target: Target) -> String {
    let rest = file.path.dropFirst(target.path.count + 1).split(separator: "/").map(String.init)
    return rest.count > 1 ? rest[0] : ""
  }

  private static func unknown(_ files: [SourceFile], _ target: Target) -> [Finding] {
    let known = Set(target.folders.map(\.name))
    return files.filter { !known.contains(folder(of: $0, in: target)) }.map {
      Finding(
        path: $0.path, line: 0,
        message: "its folder is in no row of FolderTable: say what lives there, and above which"
          + " folders of \(target.path) it stands.")
    }
  }

  private static func upward(_ files: [SourceFile], _ target: Target) -> [Finding] {
    let order = Dictionary(
      uniqueKeysWithValues: target.folders.enumerated().map { ($0.element.name, $0.offset) })
    var homes: [String: Set<String>] = [:]
    for file in files {
      for type in file.declarations where type.isType && type.owners.isEmpty {
        homes[type.name, default: []].insert(folder(of: file, in: target))
      }
    }
    return files.flatMap { file -> [Finding] in
      let own = folder(of: file, in: target)
      var told: Set<String> = []
      return file.tokens.compactMap { token in
        guard let home = homes[token.text], home.count == 1, let folder = home.first,
          let here = order[own], let there = order[folder], there > here,
          told.insert(token.text).inserted
        else { return nil }
        return Finding(
          path: file.path, line: token.line,
          message: "\(own) uses \(token.text) of \(folder), which stands above it: a circle inside"
            + " \(target.path). Move one of them, or hand the value in.")
      }
    }
  }
}
