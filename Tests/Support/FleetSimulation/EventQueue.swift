/// What happens in a simulation, and when.
struct SimulationEvent {
  enum Kind: UInt8 {
    /// Timers of a node: `a` is the node, `b` its life.
    case start, renew, claim, poll, freeze, kill, resume, heal
    /// A request arrives at the database, is answered, is given up: `a` is the request.
    case execute, answer, timeOut
    /// A process ends, is frozen: `a` is the process, `b` the version of its timer.
    case exit, frozen, tell
    /// Clients.
    case submit, cancel
    /// The world: `a` is the number of the event's kind.
    case fault, databaseUp, standbyLost, primaryLost, promoted, oldGone, networkUp, quiet
  }

  let time: Int64
  let order: Int
  let kind: Kind
  let a: Int
  let b: Int
}

/// Events in the order of their times; those of one time in the order in which they were added.
struct EventQueue {
  private var heap: [SimulationEvent] = []
  private var order = 0

  mutating func add(_ kind: SimulationEvent.Kind, at time: Int64, _ a: Int = 0, _ b: Int = 0) {
    order += 1
    heap.append(SimulationEvent(time: time, order: order, kind: kind, a: a, b: b))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isBefore(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> SimulationEvent? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard Self.isBefore(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }

  private static func isBefore(_ one: SimulationEvent, _ other: SimulationEvent) -> Bool {
    one.time != other.time ? one.time < other.time : one.order < other.order
  }
}
