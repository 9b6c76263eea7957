/// Parsers of foreign bytes: each has a fuzz target, or a reason to have none.
enum FuzzCoverage {
  /// Files that look like parsers and have no target, with the reason.
  static let exempt: [String: String] = [
    "ArgumentPattern.swift": "its text is read by ArgumentPatternParser",
    "BodyReader.swift": "encodes documents of ours",
    "CompiledConfiguration.swift": "hands messages to Request and EntryWire",
    "EventStream.swift": "the id that it goes on from is read by EventID",
    "JobDocumentReader.swift": "encodes documents of ours",
    "LauncherClient.swift": "hands messages to Reply",
    "MountReader.swift": "hands messages to PathMounterReply",
    "OptionParser.swift": "the command line is the operator's own, taken apart by a target",
    "OutputReader.swift": "reads captured output for an answer",
    "PathMounterProcess.swift": "hands messages to PathMounterRequest",
    "RequestGate.swift": "hands messages to Request",
    "RequestTable.swift": "hands messages to Request",
    "PostgreSQLReader.swift": "reads rows of the store; libpq parses what the server sends",
    "StoreReader.swift": "reads rows of the store; the tests of corruption damage them",
    "TextCursor.swift": "a position in captured output",
    "WireError.swift": "declares the error",
  ]

  private static let endings = ["Parser", "Reader", "Wire", "Cursor"]
  private static let marks = ["ParseError: Error", "throws(WireError)"]

  /// Whether a file reads bytes that others wrote, as far as its name and its errors show.
  static func isParser(_ file: SourceFile) -> Bool {
    guard file.isBelow("Sources"), file.isSwift else { return false }
    let type = file.name.prefix { $0 != "." && $0 != "+" }
    return endings.contains { type.hasSuffix($0) } || marks.contains { file.text.contains($0) }
  }

  /// Names of files that the targets say they read with.
  static func covered(by targets: [SourceFile]) -> Set<String> {
    Set(
      targets.flatMap { file in
        file.text.split(separator: "\"").filter { $0.hasSuffix(".swift") }.map { path in
          String(path.split { $0 == "/" || $0 == ")" }.last ?? "")
        }
      })
  }

  static func findings(
    in files: [SourceFile], targets: [SourceFile], exempt: [String: String] = exempt
  ) -> [Finding] {
    let covered = covered(by: targets)
    let names = Set(files.filter { $0.isBelow("Sources") }.map(\.name))
    let missing = files.filter {
      isParser($0) && !covered.contains($0.name) && exempt[$0.name] == nil
    }.map {
      Finding(
        path: $0.path, line: 0,
        message: "it reads bytes of others and no fuzz target names it. Add one, or name it in one"
          + " that reaches it (docs/recipes/fuzz-target.md).")
    }
    let stale = covered.union(exempt.keys).subtracting(names).sorted().map {
      Finding(
        path: "Tests/Fuzz/Targets", line: 0,
        message: "a target or an exemption names \($0), which is in no folder of Sources.")
    }
    return missing + stale
  }
}
