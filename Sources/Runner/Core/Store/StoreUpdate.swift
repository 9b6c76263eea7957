/// What other processes of a shared store did that concerns this one.
package struct StoreUpdate: Sendable {
  /// Whether the queue is paused.
  package var isPaused = false
  /// Running jobs of this process for which cancellation was requested: until their ends are kept.
  package var cancelled: [JobID] = []
  /// Queued jobs of this process that another one claimed or ended. They come again until the call
  /// after the one that returned them.
  package var departed: [JobID] = []
  /// Whether jobs of other processes wait in the lanes that were asked for.
  package var hasWaiting = false

  /// An update without any.
  package init() {}
}
