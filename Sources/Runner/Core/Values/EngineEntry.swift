/// One entry of the whitelist, as the engine has to know it.
package struct EngineEntry: Hashable, Sendable {
  /// One layer of the sandbox, and what became of it.
  package struct Layer: Hashable, Sendable {
    package let name: String
    /// Whether it holds as it should.
    package let isEnforced: Bool
    /// `enforced`, `stand-in`, `dropped` or `missing`.
    package let state: String
    /// Which version, or why not.
    package let detail: String

    package init(name: String, isEnforced: Bool, state: String, detail: String) {
      self.name = name
      self.isEnforced = isEnforced
      self.state = state
      self.detail = detail
    }
  }

  /// Its jobs at one time; nil for as many as the service runs.
  package var runningMax: Int?
  /// Bytes of each output stream that are kept; nil for the engine's own limit.
  package var outputBytesMax: Int?
  /// Whether a job that ran when the service ended may run again from its start.
  package var isRestartable: Bool
  /// Whether its jobs need paths of the host, and wait until it is known whether they are there.
  package var hasHostPaths: Bool
  /// What is in force for its jobs.
  package let layers: [Layer]
  /// The two members of a job's document that say so, as JSON.
  let enforcementJSON: [UInt8]

  package init(
    runningMax: Int? = nil, outputBytesMax: Int? = nil, isRestartable: Bool = false,
    hasHostPaths: Bool = false, layers: [Layer] = []
  ) {
    self.isRestartable = isRestartable
    self.hasHostPaths = hasHostPaths
    self.runningMax = runningMax
    self.outputBytesMax = outputBytesMax
    self.layers = layers
    self.enforcementJSON = Self.enforcementJSON(of: layers)
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
