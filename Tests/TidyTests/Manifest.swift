/// What Package.swift says, as far as its text shows.
enum Manifest {
  /// The folders that targets are built from.
  static func folders(in manifest: String) -> [String] {
    manifest.split(separator: "path: \"").dropFirst().compactMap { rest in
      rest.split(separator: "\"", maxSplits: 1).first.map(String.init)
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
