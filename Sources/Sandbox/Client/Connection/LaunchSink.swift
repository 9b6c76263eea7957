package import SandboxBase

/// Which of a job's output streams.
package enum OutputStream: UInt64, Sendable, CaseIterable {
  case stdout = 1
  case stderr = 2
  /// Descriptor 3, of a launch that has one.
  case progress = 3
}

/// How a launch ended, as the API process learns of it.
package enum LaunchEnd: Hashable, Sendable {
  /// The program ran and ended.
  case ended(ProcessEnd)
  /// The program was not started; no process of it is left.
  case failed(LaunchStepFailure)
  /// The launcher went away first.
  case lost
}

/// The receiver of one launch's output and end: output, then `ended` exactly once and nothing after
/// it, but for a piece that a thread of the disk reads while the launcher is lost.
///
/// Called on the client's own thread, which reads the pipes of all launches and so must not be
/// blocked; output behind a pause may come on the thread that called `resume`, where that is one
/// that writes to the disk.
package protocol LaunchSink: Sendable {
  /// The job wrote `bytes`.
  ///
  /// - Parameter resume: to be called once, from any thread, where this returns false.
  /// - Returns: false where the stream is not to be read until `resume` is called. Streams of other
  ///   launches, and the other one of this, are read on.
  func output(
    _ stream: OutputStream, _ bytes: ArraySlice<UInt8>, resume: @escaping @Sendable () -> Void
  ) -> Bool

  /// The launch is over; nothing is called after this.
  func ended(_ end: LaunchEnd)
}
