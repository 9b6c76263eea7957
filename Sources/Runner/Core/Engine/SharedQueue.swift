/// What this process knows of the others that share its store, and of its own lease.
struct SharedQueue {
  /// Losses of the processes that run a job after which it does not run again: it may be what they
  /// are lost by.
  static let lossesMax = 3
  /// Microseconds for which no job of a lane is claimed here after policy refused one.
  static let barTime: Int64 = 60_000_000
  /// Jobs that one query claims.
  static let pullMax = 16

  var lease: NodeLease
  /// Whether a query for jobs of others is under way: the slots that it counted stay free.
  var isPulling = false
  /// Whether adopted jobs are being queued: none starts before an older one of them.
  var isAdopting = false
  /// Whether jobs of others wait, as far as the last look at the store has shown.
  var othersWait = false
  /// Whether the next free slot is for a job of others.
  var isTurnOfOthers = false
  /// Lanes of which no job is claimed before a time of the engine's uptime.
  var barred: [String: Int64] = [:]
  /// Launches that are frozen for as long as the lease may be over.
  var frozen: [UInt64: JobID] = [:]
  /// Launches that could not be frozen, and were ended.
  var killed: Set<UInt64> = []
  var isRenewing = false
  var isRenewalStarted = false
  var isLooking = false
  /// Whether jobs may have been adopted whose names did not come here.
  var hasLostAdoption = false
  /// Whether the lease was given up.
  var hasLeft = false
  /// Time of the last query, which no two have in common.
  private var lastPull = Timestamp(microseconds: 0)

  init(lease: NodeLease) { self.lease = lease }

  /// Whether jobs may be claimed at a time of the engine's uptime.
  func mayStart(at uptime: Int64) -> Bool {
    !isPulling && !isAdopting && lease.duty(at: uptime) == .run
  }

  /// - Returns: whether jobs of the lane may be claimed.
  mutating func isOpen(_ lane: String, at uptime: Int64) -> Bool {
    guard let until = barred[lane] else { return true }
    guard until <= uptime else { return false }
    barred[lane] = nil
    return true
  }

  /// The time of a query.
  mutating func pullTime(_ now: Timestamp) -> Timestamp {
    lastPull = max(now, Timestamp(microseconds: lastPull.microseconds + 1))
    return lastPull
  }
}
