/// All that is outside of the engine.
package struct EnginePorts: Sendable {
  /// Says which entry a request means.
  package let whitelist: any EntryResolver
  package let launcher: any JobLauncher
  package let callbacks: any CallbackNotifier
  package let store: any JobStore
  /// Where long output goes; nil for memory only.
  package let outputStorage: (any OutputStorage)?
  package let clock: any WallClock
  package let log: any Logger
  package let metrics: any Metrics

  package init(
    whitelist: any EntryResolver, launcher: any JobLauncher, callbacks: any CallbackNotifier,
    store: any JobStore, outputStorage: (any OutputStorage)? = nil, clock: any WallClock,
    log: any Logger,
    metrics: any Metrics = NoMetrics()
  ) {
    self.whitelist = whitelist
    self.launcher = launcher
    self.callbacks = callbacks
    self.store = store
    self.outputStorage = outputStorage
    self.clock = clock
    self.log = log
    self.metrics = metrics
  }
}
