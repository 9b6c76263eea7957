import TextFormats

/// One entry of the whitelist, as the engine has to know it.
package struct EngineEntry: Hashable, Sendable {
  /// One layer of the sandbox, and its state of enforcement.
  package struct Layer: Hashable, Sendable {
    /// Name of the layer, as in the configuration and in `explain`.
    package let name: String
    /// Whether it holds as it should.
    package let isEnforced: Bool
    /// `enforced`, `stand-in`, `dropped` or `missing`.
    package let state: String
    /// Version of the mechanism in force, or the reason why it is not.
    package let detail: String

    /// A layer with its state of enforcement.
    package init(name: String, isEnforced: Bool, state: String, detail: String) {
      self.name = name
      self.isEnforced = isEnforced
      self.state = state
      self.detail = detail
    }
  }

  /// Name of the entry in the configuration: an alias, or the path of its program.
  package var name: String
  /// Running jobs of the entry at one time; nil for as many as the service runs.
  package var runningMax: Int?
  /// Pool whose slots its jobs take; nil for none.
  package var pool: EntryPool?
  /// Seconds that each job may run, where its request demands no less.
  package var wallClockSeconds: UInt32
  /// Bytes of each output stream that are kept; nil for the engine's own limit.
  package var outputBytesMax: Int?
  /// Whether of each line of output only the last state is kept.
  package var collapsesLines: Bool
  /// How the progress of its jobs is read; nil for not at all.
  package var progress: EntryProgress?
  /// Files that its jobs take and give back; nil for none.
  package var files: FileRules?
  /// What becomes of the results of its jobs, and what counts as success.
  package var results = EntryResults()
  /// Commands that requests may call in the place of its name.
  package var commands: [EntryCommand] = []
  /// Hooks that call them.
  package var hooks: [EntryHook] = []
  /// Whether a job that ran when the service ended may run again from its start.
  package var isRestartable: Bool
  /// When a run of its jobs without success is followed by another one; nil for never.
  package var retry: RetryPolicy?
  /// Seconds that its jobs may do nothing before they are ended; nil for any time.
  package var stallAfterSeconds: UInt32?
  /// When its jobs may start; nil for at any time.
  package var windows: WindowSchedule?
  /// Whether its jobs need paths of the host, and wait until it is known whether they are there.
  package var hasHostPaths: Bool
  /// Layers of the sandbox of its jobs.
  package let layers: [Layer]
  /// The two members of a job's document that say so, as JSON.
  let enforcementJSON: [UInt8]

  /// An entry; by default its jobs may run for an hour, it has no other limits of its own, and it
  /// is not restartable.
  package init(
    name: String = "", runningMax: Int? = nil, wallClockSeconds: UInt32 = 3600,
    outputBytesMax: Int? = nil,
    collapsesLines: Bool = false, progress: EntryProgress? = nil, files: FileRules? = nil,
    isRestartable: Bool = false, hasHostPaths: Bool = false, pool: EntryPool? = nil,
    retry: RetryPolicy? = nil, windows: WindowSchedule? = nil,
    layers: [Layer] = []
  ) {
    self.name = name
    self.collapsesLines = collapsesLines
    self.progress = progress
    self.files = files
    self.isRestartable = isRestartable
    self.hasHostPaths = hasHostPaths
    self.runningMax = runningMax
    self.pool = pool
    self.retry = retry
    self.windows = windows
    self.wallClockSeconds = wallClockSeconds
    self.outputBytesMax = outputBytesMax
    self.layers = layers
    self.enforcementJSON = Self.enforcementJSON(of: layers)
  }

  /// Paths that its jobs may write.
  package var writePaths: [String] = []

  /// What requests may call of it.
  var callable: CommandTable.Entry {
    CommandTable.Entry(name: name, commands: commands, hooks: hooks)
  }

  /// `"enforced":[…],"relaxed":[…]`, nothing for no layers.
  private static func enforcementJSON(of layers: [Layer]) -> [UInt8] {
    guard !layers.isEmpty else { return [] }
    var writer = JSONWriter()
    writer.key("enforced")
    writer.beginArray()
    for layer in layers where layer.isEnforced { writer.string(layer.name) }
    writer.endArray()
    writer.key("relaxed")
    writer.beginArray()
    for layer in layers where !layer.isEnforced {
      writer.beginObject()
      writer.key("layer")
      writer.string(layer.name)
      writer.key("state")
      writer.string(layer.state)
      writer.key("why")
      writer.string(layer.detail)
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}
