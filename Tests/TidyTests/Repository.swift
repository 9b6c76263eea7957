import Foundation

/// The files of the repository that this test was built from.
enum Repository {
  /// Found from this file's own place: Tests/TidyTests/Repository.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every text file, in order of paths, without what builds and version control keep.
  static let files: [SourceFile] = read()
  static let sources = files.filter { $0.isBelow("Sources") }

  /// The paths of the pictures that documents show, which are no text.
  static let pictures: Set<String> = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/docs")) ?? []
    return Set(names.filter { $0.hasSuffix(".png") }.map { "docs/" + $0 })
  }()

  /// The text of the file at `path`; nil if there is none.
  static func text(_ path: String) -> String? { files.first { $0.path == path }?.text }

  private static func read() -> [SourceFile] {
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var files: [SourceFile] = []
    while let path = walk.nextObject() as? String {
      if path == ".git" || path.hasPrefix(".build") {
        walk.skipDescendants()
      } else if let data = FileManager.default.contents(atPath: root.path + "/" + path),
        let text = String(data: data, encoding: .utf8)
      {
        files.append(SourceFile(path: path, text: text))
      }
    }
    return files.sorted { $0.path < $1.path }
  }
}
