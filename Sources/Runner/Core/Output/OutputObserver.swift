/// A consumer of one launch's output, beside any number of others.
///
/// Called on the thread that reads the output of all jobs, or behind a pause on the one that called
/// `whenRoom`, so that it must not block.
package protocol OutputObserver: Sendable {
  /// Takes what the job wrote to one of its streams.
  ///
  /// - Parameter whenRoom: called once, from any thread, where this returns false; nil: the caller
  ///   does not pause.
  /// - Returns: false where the stream is to pause until `whenRoom` is called. What comes all the
  ///   same is taken.
  func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool
}
