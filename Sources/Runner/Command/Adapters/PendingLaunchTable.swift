internal import Synchronization

/// Launches that have been ordered and are not with the launcher yet, since the folder of their
/// files is being opened: a request to terminate one of these is kept until they are.
final class PendingLaunchTable: Sendable {
  /// Whether each is to be terminated.
  private let launches = Mutex<[UInt64: Bool]>([:])

  /// A launch is ordered.
  func add(_ launchID: UInt64) {
    launches.withLock { $0[launchID] = false }
  }

  /// Keeps the request to terminate a launch.
  ///
  /// - Returns: false for a launch that is not pending.
  func terminate(_ launchID: UInt64) -> Bool {
    launches.withLock { launches in
      guard launches[launchID] != nil else { return false }
      launches[launchID] = true
      return true
    }
  }

  /// Whether a pending launch is to be terminated.
  func isTerminated(_ launchID: UInt64) -> Bool {
    launches.withLock { $0[launchID] ?? false }
  }

  /// The launcher has the launch, or it is not made.
  ///
  /// - Returns: whether it is to be terminated.
  func remove(_ launchID: UInt64) -> Bool {
    launches.withLock { $0.removeValue(forKey: launchID) ?? false }
  }
}
