/// The waiting jobs of one client in the order in which they start, to tell the place of each.
///
/// A sorted list in chunks: insertion and removal cost a binary search and a move within one chunk,
/// the place of a job a step for each chunk of some hundred jobs.
struct WaitingOrder {
  /// What `QueueReservation` is ordered by; no two have the same.
  private struct Key: Comparable {
    let rank: Int64
    let sequence: UInt64

    init(_ reservation: QueueReservation) {
      rank = reservation.rank
      sequence = reservation.sequence
    }

    static func < (one: Key, other: Key) -> Bool {
      (one.rank, one.sequence) < (other.rank, other.sequence)
    }
  }

  /// Jobs of a chunk at most; one that is full is split in two.
  private static let chunkMax = 512

  /// None is empty; ascending within and among them.
  private var chunks: [[Key]] = []
  private(set) var count = 0

  mutating func insert(_ reservation: QueueReservation) {
    let key = Key(reservation)
    count += 1
    guard !chunks.isEmpty else { return chunks = [[key]] }
    let chunk = min(chunks.partitioningIndex { $0[$0.count - 1] >= key }, chunks.count - 1)
    chunks[chunk].insert(key, at: chunks[chunk].partitioningIndex { $0 >= key })
    guard chunks[chunk].count > Self.chunkMax else { return }
    let upper = Array(chunks[chunk][(Self.chunkMax / 2)...])
    chunks[chunk].removeLast(upper.count)
    chunks.insert(upper, at: chunk + 1)
  }

  /// Removes a job; without effect where it is not there.
  mutating func remove(_ reservation: QueueReservation) {
    let key = Key(reservation)
    let chunk = chunks.partitioningIndex { $0[$0.count - 1] >= key }
    guard chunk < chunks.count else { return }
    let index = chunks[chunk].partitioningIndex { $0 >= key }
    guard chunks[chunk][index] == key else { return }
    count -= 1
    chunks[chunk].remove(at: index)
    if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
  }

  /// Jobs that start before one.
  func count(before reservation: QueueReservation) -> Int {
    let key = Key(reservation)
    let chunk = chunks.partitioningIndex { $0[$0.count - 1] >= key }
    let before = chunks[..<chunk].reduce(0) { $0 + $1.count }
    return chunk < chunks.count ? before + chunks[chunk].partitioningIndex { $0 >= key } : before
  }
}
