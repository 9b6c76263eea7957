/// Places of waiting jobs in the queue, at one moment: how many jobs start up to and with one, as
/// things stand. Those of its client that are before it count, and of each other client as many as
/// its share.
///
/// To make it costs a step for each client with waiting jobs, each place a logarithm of that.
struct QueuePlaces {
  /// Ascending numbers with the sums of those before each.
  private struct Sums {
    private let numbers: [Int]
    private let sums: [Int]

    init(_ numbers: [Int]) {
      self.numbers = numbers.sorted()
      self.sums = self.numbers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// By how much `limit` is above those numbers that are below it, together.
    func excess(of limit: Int) -> Int {
      let below = numbers.partitioningIndex { $0 >= limit }
      return below * limit - sums[below]
    }
  }

  private let queue: JobQueue
  /// Start tags of the first waiting job of each client, and those behind its last.
  private let starts: Sums
  private let ends: Sums

  init(_ queue: JobQueue) {
    self.queue = queue
    let tags = queue.orders.map { (start: Int(queue.startTag(of: $0.key)), count: $0.value.count) }
    starts = Sums(tags.map(\.start))
    ends = Sums(tags.map { $0.start + $0.count })
  }

  /// From 1.
  func place(of reservation: QueueReservation) -> Int {
    let own = queue.orders[reservation.client]?.count(before: reservation) ?? 0
    let tag = Int(queue.startTag(of: reservation.client)) + own
    // Of each client those whose tags are below this one, at most all that it has.
    return 1 + starts.excess(of: tag) - ends.excess(of: tag)
  }
}
