/// What this process knows of the others that share its store, and of its own lease.
struct SharedQueue {
  /// Losses of the processes that run a job after which it does not run again: it may be what they
  /// are lost by.
  static let lossesMax = 3
  /// Microseconds for which no job of a lane is claimed here after policy refused one.
  static let barTime: Int64 = 60_000_000
  /// Longest time in microseconds until the next query after some in a row that claimed nothing.
  private static let pauseMax: Int64 = 10_000_000
  /// Jobs that one query claims.
  static let pullMax = 16

  private let terms: LeaseTerms
  var lease: NodeLease
  /// When the lease of another process may be over; nil where none is known.
  var nextDue: Int64?
  /// Whether a query for jobs of others is under way: the slots that it counted stay free.
  var isPulling = false
  /// Whether `recover` is reading what is this process's own: nothing is adopted meanwhile.
  var isRecovering = false
  /// Adoptions under way: none starts before an older one of their jobs.
  var adoptions = 0
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
  /// Whether runs may have lost their claims to a failover.
  var mayHaveLostClaims = false
  /// Jobs whose run is over, and whose end is being written.
  var unkeptEnds: Set<JobID> = []
  var isReviewing = false
  /// Whether the lease was given up.
  var hasLeft = false
  /// Before that time of the engine's uptime, no job of others is asked for.
  private var nextPull = Int64.min
  /// Microseconds of the newest such pause.
  private var pause: Int64 = 0
  /// Time of the last query, which no two have in common.
  private var lastPull = Timestamp(microseconds: 0)

  /// - Parameter sentAt: when the store was first asked for the lease, of the engine's uptime.
  init(_ terms: LeaseTerms, sentAt: Int64) {
    self.terms = terms
    lease = NodeLease(terms, sentAt: sentAt)
  }

  /// A renewal that was sent at a time of the engine's uptime is answered: also of a process that
  /// had lost its lease, and begins anew.
  mutating func renew(sentAt time: Int64) {
    if lease.isFenced { lease = NodeLease(terms, sentAt: time) }
    lease.renew(sentAt: time)
  }

  /// Whether jobs may be claimed at a time of the engine's uptime.
  func mayStart(at uptime: Int64) -> Bool {
    !isPulling && adoptions == 0 && lease.duty(at: uptime) == .run
  }

  /// - Returns: whether jobs of the lane may be claimed.
  mutating func isOpen(_ lane: String, at uptime: Int64) -> Bool {
    guard let until = barred[lane] else { return true }
    guard until <= uptime else { return false }
    barred[lane] = nil
    return true
  }

  /// Whether a query may be made. One that claims nothing walks over all jobs that wait.
  func mayPull(at uptime: Int64) -> Bool { uptime >= nextPull }

  /// A query was answered.
  mutating func endPull(claimed count: Int, at uptime: Int64) {
    pause = count > 0 ? 0 : min(max(1_000_000, 2 * pause), Self.pauseMax)
    nextPull = uptime + pause
  }

  /// A slot was freed: what no query could claim before may be claimed now.
  mutating func endPullPause() {
    nextPull = .min
    pause = 0
  }

  /// The time of a query.
  mutating func pullTime(_ now: Timestamp) -> Timestamp {
    lastPull = max(now, Timestamp(microseconds: lastPull.microseconds + 1))
    return lastPull
  }
}
