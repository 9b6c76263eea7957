internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// Maps a configured entry and its enforcement to the engine's entry.
enum EntryMapper {
  static func engineEntry(_ entry: ConfiguredEntry, _ enforcement: Enforcement) -> EngineEntry {
    var engineEntry = EngineEntry(
      name: entry.name, runningMax: entry.runningMax,
      wallClockSeconds: entry.policy.wallClockSeconds, outputBytesMax: entry.outputPerStream,
      collapsesLines: entry.collapsesLines,
      progress: entry.progress.map {
        EntryProgress($0, firstArguments: entry.policy.arguments.first)
      },
      files: entry.files,
      isRestartable: entry.isRestartable, hasHostPaths: enforcement.hasHostPaths,
      pool: entry.order.pool, retry: entry.order.retry, windows: entry.order.windows,
      layers: enforcement.rows.map { row in
        EngineEntry.Layer(
          name: row.layer.rawValue, isEnforced: row.state == .enforced, state: row.state.name,
          detail: row.detail)
      })
    engineEntry.results = entry.results
    engineEntry.commands = entry.commands
    engineEntry.stallAfterSeconds = entry.order.stallAfterSeconds
    engineEntry.hooks = entry.hooks
    engineEntry.writePaths = entry.policy.writePaths
    return engineEntry
  }
}
