internal import RunnerCore
internal import Sandbox

/// What the sandbox says of an entry, in the core's words.
enum EntryFacts {
  static func engineEntry(_ enforcement: Enforcement) -> EngineEntry {
    EngineEntry(
      layers: enforcement.rows.map { row in
        let isEnforced = row.state == .enforced
        return EngineEntry.Layer(
          name: row.layer.rawValue, isEnforced: isEnforced, state: row.state.name,
          detail: row.detail)
      })
  }
}
