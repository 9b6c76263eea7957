/// Which of a job's two output streams.
package enum OutputStream: UInt64, Sendable {
  case stdout = 1
  case stderr = 2
}

/// How a launch ended, as the API process learns of it.
package enum LaunchEnd: Hashable, Sendable {
  case ended(ProcessEnd)
  case failed(LaunchFault)
  /// The launcher went away first.
  case lost
}

/// Receives the events of one launch on the client's thread, in order: `launched` at most once,
/// output, then `ended` exactly once. Must not block.
package protocol LaunchSink: Sendable {
  func launched()
  func output(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>)
  func ended(_ end: LaunchEnd)
}
