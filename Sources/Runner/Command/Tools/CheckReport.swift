internal import RunnerConfiguration
internal import SandboxBase
internal import TextFormats

/// What `check` prints, and how it ends.
package struct CheckReport: Hashable, Sendable {
  /// Lines for standard output, without line feeds.
  package let lines: [String]
  /// Exit code of `check`.
  package let code: ExitCode

  /// A file that is refused.
  init(file: String, _ refusal: ConfigurationRefusal, isJSON: Bool) {
    code = .configurationRefused
    guard isJSON else {
      lines = refusal.lines(file: file)
      return
    }
    let errors = refusal.problems.map { problem in
      JSONText.members([
        ("line", problem.position.map { .int($0.line) }),
        ("column", problem.position.map { .int($0.column) }),
        ("key", .text(problem.key)), ("text", .text(problem.text)),
      ])
    }
    lines = Self.document([
      ("file", .text(file)), ("ok", .bool(false)), ("errors", .list(errors)),
      ("more", .int(refusal.more)),
    ])
  }

  /// One entry of a file that is right.
  private struct Row {
    let entry: ConfiguredEntry
    let exposure: Exposure
    /// What no start refuses, and is hardly meant: sentences.
    let notes: [String]
  }

  /// A file that is right.
  ///
  /// - Parameters:
  ///   - unseen: names of credentials that only a start looks at.
  ///   - notes: for each entry what no start refuses, and is hardly meant: sentences.
  init(
    file: String, _ configuration: Configuration, unseen: [String] = [], notes: [[String]],
    host: HostInfo, isJSON: Bool
  ) {
    code = .ok
    let rows = zip(configuration.entries, notes).map { entry, notes in
      Row(entry: entry, exposure: Exposure(of: entry, on: host), notes: notes)
    }
    guard isJSON else {
      lines =
        ["\(file): right"]
        + unseen.map { "  note: the credential \($0) is looked at by the start of the unit" }
        + rows.flatMap(Self.lines)
      return
    }
    lines = Self.document([
      ("file", .text(file)), ("ok", .bool(true)),
      ("uncheckedCredentials", .list(unseen.map { .text($0) })),
      ("entries", .list(rows.map(Self.json))),
    ])
  }

  private static func document(_ members: [(String, JSONText?)]) -> [String] {
    JSONText.members(members).document.split(separator: "\n").map(String.init)
  }

  private static func lines(_ row: Row) -> [String] {
    let (entry, exposure) = (row.entry, row.exposure)
    let head =
      "\(entry.name) (\(entry.policy.path)): exposure \(exposure.scoreText), "
      + exposure.level
    return [head]
      + exposure.reasons.map { reason in
        let points = "+\(reason.tenths / 10).\(reason.tenths % 10)"
        return "  \(points)  \(reason.found.joined(separator: ", ")): \(reason.because)"
      } + row.notes.map { "  note: \($0)" }
  }

  private static func json(_ row: Row) -> JSONText {
    let (entry, exposure) = (row.entry, row.exposure)
    return .members([
      ("entry", .text(entry.name)), ("path", .text(entry.policy.path)),
      ("exposure", .tenths(exposure.tenths)), ("level", .text(exposure.level)),
      (
        "reasons",
        .list(
          exposure.reasons.map { reason in
            .members([
              ("name", .text(reason.name)), ("points", .tenths(reason.tenths)),
              ("found", .list(reason.found.map { .text($0) })),
              ("because", .text(reason.because)),
            ])
          })
      ),
      ("notes", .list(row.notes.map { .text($0) })),
    ])
  }
}
