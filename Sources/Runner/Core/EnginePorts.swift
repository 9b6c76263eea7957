/// All that is outside of the engine.
package struct EnginePorts: Sendable {
  /// Says which entry a request means.
  package let whitelist: any Admitting
  package let launcher: any Launching
  package let callbacks: any CallbackDelivering
  package let store: any JobStore
  /// Where long output goes; nil for memory only.
  package let files: (any OutputFiling)?
  package let clock: any WallClock
  package let log: any Logging

  package init(
    whitelist: any Admitting, launcher: any Launching, callbacks: any CallbackDelivering,
    store: any JobStore, files: (any OutputFiling)? = nil, clock: any WallClock, log: any Logging
  ) {
    self.whitelist = whitelist
    self.launcher = launcher
    self.callbacks = callbacks
    self.store = store
    self.files = files
    self.clock = clock
    self.log = log
  }
}
