/// Jobs that are held for their files: in the store, and in no queue.
struct HeldJobs {
  /// Jobs of one client that are held at one time.
  static let perClientMax = 64
  /// Jobs that are held at one time.
  static let countMax = 4096
  /// How long a job is held, in seconds.
  static let secondsMax = 24 * 3600

  private var until: [JobID: Timestamp] = [:]
  private var counts: [Principal: Int] = [:]
  /// Jobs whose start is being written to the store.
  private var releasing: Set<JobID> = []
  /// Jobs whose files come with the request that made them, and whether that request has them.
  private var filled: [JobID: Bool] = [:]

  var count: Int { until.count }

  /// Whether one more job of `client` may be held.
  func hasRoom(for client: Principal) -> Bool {
    count < Self.countMax && counts[client, default: 0] < Self.perClientMax
  }

  mutating func add(_ id: JobID, of client: Principal, until time: Timestamp) {
    guard until.updateValue(time, forKey: id) == nil else { return }
    counts[client, default: 0] += 1
  }

  /// The files of a job come with its request.
  mutating func addFilled(_ id: JobID) { filled[id] = false }

  /// - Returns: whether the caller is the first to ask, and so the one that has the files; nil
  ///   where none are on their way.
  mutating func beginFilling(_ id: JobID) -> Bool? {
    guard let isBegun = filled[id] else { return nil }
    filled[id] = true
    return !isBegun
  }

  /// All files of a job have come, and it is held until then.
  ///
  /// - Returns: false where it is held no more.
  mutating func endFilling(_ id: JobID, until time: Timestamp) -> Bool {
    guard until[id] != nil else { return false }
    filled[id] = nil
    until[id] = time
    return true
  }

  mutating func remove(_ id: JobID, of client: Principal) {
    releasing.remove(id)
    filled[id] = nil
    guard until.removeValue(forKey: id) != nil else { return }
    let left = counts[client, default: 1] - 1
    counts[client] = left > 0 ? left : nil
  }

  /// Whether the start of a job is being written.
  func isReleasing(_ id: JobID) -> Bool { releasing.contains(id) }

  /// - Returns: false where its start is being written already.
  mutating func beginRelease(_ id: JobID) -> Bool { releasing.insert(id).inserted }

  mutating func abortRelease(_ id: JobID) { releasing.remove(id) }

  /// Jobs that were held for long enough. One whose files are on their way has the time that its
  /// request has.
  func expired(at now: Timestamp) -> [JobID] {
    until.filter { $0.value <= now && !releasing.contains($0.key) && filled[$0.key] == nil }
      .map(\.key)
  }
}
