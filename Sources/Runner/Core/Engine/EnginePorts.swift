/// The ports of the engine: implementations of all that is outside of it.
package struct EnginePorts: Sendable {
  /// Resolves requests to entries of the whitelist.
  package let whitelist: any EntryResolver
  /// Runs, terminates and freezes programs.
  package let launcher: any JobLauncher
  /// Gives results of jobs their names; nil where no entry has results.
  package let results: (any ResultPublisher)?
  /// Checks callback URLs, and delivers ended jobs to them.
  package let callbacks: any CallbackNotifier
  /// Keeps jobs, the state of the queue and pending deliveries.
  package let store: any JobStore
  /// Where long output goes; nil for memory only.
  package let outputStorage: (any OutputStorage)?
  /// Where the files are that go with jobs; nil where there can be none.
  package let files: (any JobFileStorage)?
  /// Says what a principal may use; by default there are no quotas.
  package let quotas: any QuotaResolver
  /// Wall clock, monotonic clock and sleep.
  package let clock: any WallClock
  /// Takes log events.
  package let log: any Logger
  /// Takes measurements; by default it discards them.
  package let metrics: any Metrics

  /// The ports of one engine. By default, output stays in memory, no principal has a quota, and
  /// measurements are discarded.
  package init(
    whitelist: any EntryResolver, launcher: any JobLauncher,
    results: (any ResultPublisher)? = nil, callbacks: any CallbackNotifier,
    store: any JobStore, outputStorage: (any OutputStorage)? = nil,
    files: (any JobFileStorage)? = nil, quotas: any QuotaResolver = NoQuotas(),
    clock: any WallClock, log: any Logger, metrics: any Metrics = NoMetrics()
  ) {
    self.whitelist = whitelist
    self.launcher = launcher
    self.results = results
    self.callbacks = callbacks
    self.store = store
    self.outputStorage = outputStorage
    self.files = files
    self.quotas = quotas
    self.clock = clock
    self.log = log
    self.metrics = metrics
  }
}
