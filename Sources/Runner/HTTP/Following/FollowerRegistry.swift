import Synchronization
import SystemBase

/// All followers that are attached to a connection.
final class FollowerRegistry: Sendable {
  private struct State {
    var all: [ObjectIdentifier: Follower] = [:]
    var notified: [Follower] = []
  }

  let suspensionLimiter: SuspensionLimiter
  let transferLimiter = TransferLimiter()
  private let state = Mutex(State())

  init(_ suspensionLimiter: SuspensionLimiter) {
    self.suspensionLimiter = suspensionLimiter
  }

  func add(_ follower: Follower) {
    state.withLock { $0.all[ObjectIdentifier(follower)] = follower }
  }

  func remove(_ follower: Follower) {
    _ = state.withLock { $0.all.removeValue(forKey: ObjectIdentifier(follower)) }
  }

  /// Resumes it: at once on a thread of the disk's, which has just written or read what comes next;
  /// else in a task, as the caller may be the thread that reads the output of all jobs, which must
  /// not make two hundred system calls.
  func scheduleWake(_ follower: Follower) {
    switch ThreadRole.current {
    case .diskWrites, .diskReads: return follower.wake()
    default: break
    }
    let isFirst = state.withLock { state in
      state.notified.append(follower)
      return state.notified.count == 1
    }
    if isFirst { Task { resumeNotified() } }
  }

  private func resumeNotified() {
    let notified = state.withLock { state in
      defer { state.notified = [] }
      return state.notified
    }
    for follower in notified { follower.wake() }
  }

  /// The service stops: no connection may be suspended any more, and all are resumed.
  func stop() {
    suspensionLimiter.stop()
    for follower in state.withLock({ Array($0.all.values) }) { follower.notify() }
  }
}
