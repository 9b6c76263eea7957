/// One reader that waits for more of an output stream.
package struct OutputWaiter: Sendable {
  /// Unique among the waiters of one stream.
  package let id: UInt64
  /// Wake-up call; it must neither block nor call the stream.
  package let wake: @Sendable () -> Void

  /// A waiter whose `wake` is called when the stream has more.
  package init(id: UInt64, wake: @escaping @Sendable () -> Void) {
    self.id = id
    self.wake = wake
  }
}
