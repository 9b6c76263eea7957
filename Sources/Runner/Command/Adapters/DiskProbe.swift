internal import Dispatch
internal import Glibc
internal import RunnerCore
internal import Synchronization
internal import SystemBase

/// Asks how much room there is on disks, on a thread for each. One that does not answer, as that of
/// a dead server, keeps its thread for as long, and no reader and no other disk: of it readers get
/// what was known last, and after a time nothing.
final class DiskProbe: Sendable {
  private struct Look {
    /// Microseconds of `uptime`.
    let began: Int64
    var readers: [CheckedContinuation<Void, Never>] = []
  }

  private struct State {
    /// Looks that have not ended, by their paths.
    var looks: [String: Look] = [:]
    /// What was found, and the microseconds of `uptime` at that time.
    var rooms: [String: (room: DiskSpace.Capacity?, at: Int64)] = [:]
  }

  /// How long a reader waits for a look.
  private static let lookTime: Duration = .seconds(2)
  private static let lookMicroseconds: Int64 = 2_000_000
  /// For how long what was found is told.
  private static let roomMicroseconds: Int64 = 30_000_000
  /// Threads at most: with as many disks that do not answer no further one is asked.
  private static let looksMax = 32

  private let queue = DispatchQueue(label: "http-runner disks", attributes: .concurrent)
  private let state = Mutex(State())
  private let stateFolder: String?
  private let clock: any WallClock
  private let room: @Sendable (String) -> DiskSpace.Capacity?

  /// - Parameters:
  ///   - stateFolder: nil where jobs are kept in memory only.
  ///   - room: asks for the room of a path; nil where that fails. It may block.
  init(
    stateFolder: String?, clock: any WallClock,
    room: @escaping @Sendable (String) -> DiskSpace.Capacity? = DiskProbe.room(of:)
  ) {
    self.stateFolder = stateFolder
    self.clock = clock
    self.room = room
  }

  /// Room of the state folder, and of `paths`.
  func spaces(writing paths: [String]) async -> [DiskSpace] {
    let folders = (stateFolder.map { [$0] } ?? []) + paths
    let awaited = Set(folders).filter { beginLook(at: $0) }
    await TimeLimit.result(within: Self.lookTime, or: (), clock: clock) { [self] in
      for path in awaited { await endOfLook(at: path) }
    }
    let now = clock.uptime()
    let rooms = state.withLock(\.rooms).filter { now - $0.value.at < Self.roomMicroseconds }
    return folders.enumerated().map { index, path in
      let isState = stateFolder != nil && index == 0
      return DiskSpace(use: isState ? .state : .write, path: path, room: rooms[path]?.room)
    }
  }

  /// Begins a look, unless one has not ended.
  ///
  /// - Returns: whether its end is worth waiting for.
  private func beginLook(at path: String) -> Bool {
    let now = clock.uptime()
    let (begins, isAwaited) = state.withLock { state in
      if let look = state.looks[path] { return (false, now - look.began < Self.lookMicroseconds) }
      guard state.looks.count < Self.looksMax else { return (false, false) }
      state.looks[path] = Look(began: now)
      return (true, true)
    }
    if begins {
      queue.async { [self] in ThreadRole.diskReads.run { look(at: path) } }
    }
    return isAwaited
  }

  private func endOfLook(at path: String) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        state.looks[path]?.readers.append(continuation)
        return state.looks[path] == nil
      }
      if isOver { continuation.resume() }
    }
  }

  private func look(at path: String) {
    ThreadRole.diskReads.assertCurrent()
    let found = room(path)
    let now = clock.uptime()
    let look = state.withLock { state in
      state.rooms = state.rooms.filter { now - $0.value.at < Self.roomMicroseconds }
      state.rooms[path] = (found, at: now)
      return state.looks.removeValue(forKey: path)
    }
    for reader in look?.readers ?? [] { reader.resume() }
  }

  /// By statvfs(3); nil where that fails, as for a folder that the user of the service cannot
  /// reach.
  @Sendable static func room(of path: String) -> DiskSpace.Capacity? {
    // SAFETY: the call reads the path as a C string and writes one structure of the type of
    // `status`.
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let unit = UInt64(status.f_frsize)
    return DiskSpace.Capacity(
      totalBytes: UInt64(status.f_blocks) &* unit, freeBytes: UInt64(status.f_bavail) &* unit)
  }
}
