import TestSupport

/// `exec`, `explain` and `trace` from a shell, each with folders and ids of its own.
struct ToolRun {
  let folder: RootFolder
  private let ids: ClosedRange<UInt32>

  /// - Parameter ids: those of a service that runs; nil for its own.
  init(ids: ClosedRange<UInt32>? = nil) throws {
    self.ids = ids ?? IdentityRanges.next()
    folder = try RootFolder()
    try Files.makeFolder(folder("data"))
    try Files.setMode(0o777, of: folder("data"))
  }

  /// In the folder that every job may write, as far as permissions go.
  func data(_ name: String) -> String { folder("data/\(name)") }

  /// Where the service works, as options.
  var places: [String] {
    [
      "--work-folder", folder("work"), "--id-range", "\(ids.lowerBound)-\(ids.upperBound)",
      "--launcher",
    ]
  }

  func run(_ tool: String, _ words: [String], _ program: [String]) throws -> CommandRun {
    try CommandRun(
      try Binaries.runner(),
      [tool] + words + places + [try Binaries.launcher(), "--"] + program,
      seconds: patienceSeconds * 2)
  }

  /// `exec` under a policy that was written.
  func exec(policy: String, _ program: [String]) throws -> CommandRun {
    try run("exec", ["--config", policy], program)
  }
}
