internal import Dispatch
internal import Glibc
internal import RunnerCore
internal import Synchronization
internal import SystemBase

/// Asks how much room there is on disks. One that does not answer, as that of a dead server, keeps
/// one thread for as long, and no reader: they get what was last known.
final class DiskProbe: Sendable {
  private struct State {
    var isLooking = false
    var rooms: [String: DiskSpace.Capacity] = [:]
  }

  /// How long a look may take.
  private static let lookTime: Duration = .seconds(2)

  private let queue = DispatchQueue(label: "http-runner disks")
  private let state = Mutex(State())
  private let stateFolder: String?
  private let clock: any WallClock

  /// - Parameter stateFolder: nil where jobs are kept in memory only.
  init(stateFolder: String?, clock: any WallClock) {
    self.stateFolder = stateFolder
    self.clock = clock
  }

  /// Room of the state folder, and of `paths`.
  func spaces(writing paths: [String]) async -> [DiskSpace] {
    let folders = (stateFolder.map { [$0] } ?? []) + paths
    let isFirst = state.withLock { state in
      defer { state.isLooking = true }
      return !state.isLooking
    }
    if isFirst {
      await TimeLimit.result(within: Self.lookTime, or: (), clock: clock) { [self] in
        await withCheckedContinuation { continuation in
          queue.async { [self] in
            ThreadRole.diskReads.run { look(at: folders) }
            continuation.resume()
          }
        }
      }
    }
    let rooms = state.withLock(\.rooms)
    return folders.enumerated().map { index, path in
      let isState = stateFolder != nil && index == 0
      return DiskSpace(use: isState ? .state : .write, path: path, room: rooms[path])
    }
  }

  private func look(at folders: [String]) {
    ThreadRole.diskReads.assertCurrent()
    var rooms: [String: DiskSpace.Capacity] = [:]
    for path in folders { rooms[path] = Self.room(of: path) }
    state.withLock { $0 = State(rooms: rooms) }
  }

  /// By statvfs(3); nil where that fails, as for a folder that the user of the service cannot
  /// reach.
  private static func room(of path: String) -> DiskSpace.Capacity? {
    // SAFETY: the call reads the path as a C string and writes one structure of the type of
    // `status`.
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let unit = UInt64(status.f_frsize)
    return DiskSpace.Capacity(
      totalBytes: UInt64(status.f_blocks) &* unit, freeBytes: UInt64(status.f_bavail) &* unit)
  }
}
