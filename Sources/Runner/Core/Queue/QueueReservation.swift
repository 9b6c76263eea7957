/// Queue capacity reserved for one job before the job is in the queue: a job is accepted only when
/// it is durable, and the queue must have capacity for it then.
struct QueueReservation: Hashable, Sendable, Comparable {
  /// How much earlier each step of priority makes a job: waiting that long is worth as much, so
  /// that no job starves behind better ones.
  static let secondsPerPriority = 3600

  /// Row of the job's entry in the engine's `EntryTable`.
  let entry: Int
  let client: Principal
  /// Memory of the queued request, in bytes.
  let bytes: Int
  /// When it came: microseconds of the engine's uptime, below zero for one that waited longer.
  private(set) var arrival: Int64
  /// When it would have come, had it no priority and not been moved.
  private(set) var rank: Int64
  /// Order of arrival.
  let sequence: UInt64

  init(_ request: JobRequest, entry: Int, client: Principal, arrival: Int64, sequence: UInt64) {
    self.entry = entry
    self.client = client
    self.sequence = sequence
    self.arrival = arrival
    self.rank =
      arrival - Int64(
        (request.priority - JobRequest.priorityDefault) * Self.secondsPerPriority) * 1_000_000
    self.bytes = request.waitingBytes
  }

  /// The same at another place among those of its client.
  func ranked(_ rank: Int64) -> QueueReservation {
    var reservation = self
    reservation.rank = rank
    return reservation
  }

  /// The same for a job that may start from `time` on: it has waited since then.
  ///
  /// - Parameter keepsRank: whether it was moved, and stands where it was moved to.
  func ready(at time: Int64, keepsRank: Bool) -> QueueReservation {
    var reservation = self
    if !keepsRank { reservation.rank += time - arrival }
    reservation.arrival = time
    return reservation
  }

  static func < (one: QueueReservation, other: QueueReservation) -> Bool {
    (one.rank, one.sequence) < (other.rank, other.sequence)
  }
}
