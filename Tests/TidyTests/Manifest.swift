/// What Package.swift says, as far as its text shows.
enum Manifest {
  /// The folders that targets are built from.
  static func folders(in manifest: String) -> [String] {
    manifest.split(separator: "path: \"").dropFirst().compactMap { rest in
      rest.split(separator: "\"", maxSplits: 1).first.map(String.init)
    }
  }

  /// Names and folders of the targets below Sources that others can import.
  static func libraryFolders(in manifest: String) -> [(name: String, folder: String)] {
    [".target(", ".systemLibrary("].flatMap { opening in
      manifest.split(separator: opening, omittingEmptySubsequences: false).dropFirst().compactMap {
        rest in
        guard let name = value(of: "name", in: rest), let path = value(of: "path", in: rest),
          path.hasPrefix("Sources/")
        else { return nil }
        return (name, path)
      }
    }
  }

  static func value(of label: String, in text: Substring) -> String? {
    text.firstRange(of: "\(label): \"").flatMap { range in
      text[range.upperBound...].split(separator: "\"", maxSplits: 1).first.map(String.init)
    }
  }

  /// A file that no target has is never compiled, and never missed.
  static func orphans(_ files: [SourceFile], manifest: String) -> [Finding] {
    let folders = folders(in: manifest)
    return files.filter { file in !folders.contains { file.isBelow($0) } }.map {
      Finding(
        path: $0.path, line: 0,
        message: "belongs to no target of Package.swift: it is never compiled. Name its folder as"
          + " the path of a target, or delete it.")
    }
  }
}
