/// To where a waiting job is moved, among those of its client that may start.
package enum MoveAction: String, Hashable, Sendable, CaseIterable {
  /// Before all others, as they are now.
  case first
  /// Before the one that is before it.
  case up
  /// Behind the one that is behind it.
  case down
  /// Behind all others, as they are now.
  case last
}

extension JobQueue {
  /// The rank by which a queued job stands where it is moved to; nil where it stands there. It
  /// costs a look at each job of the client.
  func rank(moving id: JobID, _ reservation: QueueReservation, _ move: MoveAction) -> Int64? {
    let others = (clientQueues[reservation.client] ?? [:]).values.lazy.flatMap(\.unordered)
      .filter { $0.id != id && !removed.contains($0.id) }.map(\.reservation)
    let before = others.filter { $0 < reservation }
    let behind = others.filter { reservation < $0 }
    let neighbour =
      switch move {
      case .first: before.min()
      case .up: before.max()
      case .down: behind.min()
      case .last: behind.max()
      }
    // Of two with one rank the older goes first, so that one step is a microsecond.
    return neighbour.map { $0.rank + (move == .first || move == .up ? -1 : 1) }
  }
}
